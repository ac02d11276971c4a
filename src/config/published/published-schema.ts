import { z } from 'zod';
import { configSchema } from '../schema.ts';

/** Where a release publishes its schema. */
export const schemaUrl = (version: string): string =>
  `https://raw.githubusercontent.com/kinpass/kinpass/v${version}/docs/kinpass.schema.json`;

/** The settings as JSON Schema, draft 2020-12: editors complete and check a file with it. */
export const publishedSchema = (version: string): string => {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
  const head = { $schema, $id: schemaUrl(version), title: 'Settings of Kinpass' };
  return `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`;
};
