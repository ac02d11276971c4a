import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

export interface OwnSchema extends AsyncDisposable {
  /** The setting `store` of gateways that use it. */
  readonly store: {
    readonly kind: 'postgres';
    readonly url: string;
    readonly schema: string;
    readonly tls: { readonly mode: 'disable' };
  };
  /** Rows of a query in the schema, past the gateways. */
  query(sql: string): Promise<Record<string, unknown>[]>;
}

/** The name of a schema that nobody else uses, for gateways in processes of their own. Needs no test runner. */
export const createOwnSchema = async (url: string): Promise<OwnSchema> => {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`SET search_path = "${schema}"; SET client_min_messages = warning`);
  return {
    store: { kind: 'postgres', url, schema, tls: { mode: 'disable' } },
    query: async (sql) => (await client.query(sql)).rows,
    [Symbol.asyncDispose]: async () => {
      await client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
      await client.end();
    },
  };
};
