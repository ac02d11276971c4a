import type { ZodObject } from 'zod';
import type { Config } from '#src/config/schema';
import type { Endpoint, Input } from '#src/rest-v2/operation';

/** The members of `sent` that a shape names, in the shape's order. */
const listed = (shape: ZodObject | undefined, sent: Readonly<Record<string, unknown>> = {}) =>
  Object.keys(shape?.shape ?? {}).flatMap((name): [string, unknown][] =>
    sent[name] === undefined ? [] : [[name, sent[name]]],
  );

const asText = (members: [string, unknown][]): [string, string][] =>
  members.map(([name, value]) => [name, String(value)]);

/** The query parameters that the row lists. */
export const queryOf = ({ query }: Endpoint, input: Input): Record<string, string> =>
  Object.fromEntries(asText(listed(query, input.query)));

/** The body that the row describes; undefined when it has none. */
export const bodyOf = ({ body }: Endpoint, input: Input): string | undefined => {
  if (!body) return undefined;
  const members = listed(body.shape, input.body);
  if (body.contentType === 'application/json') return JSON.stringify(Object.fromEntries(members));
  return new URLSearchParams(asText(members)).toString();
};

/** The Content-Type of the body: Adobe's tables demand a charset for decisions, its samples have none. */
export const contentTypeOf = (
  { body }: Endpoint,
  { charset }: Input,
  decisionCharset: Config['adobe']['decisionCharset'],
): string | undefined => {
  const isDemanded = decisionCharset === 'always' && body?.contentType === 'application/json';
  return body && (charset || isDemanded) ? `${body.contentType};charset=utf-8` : body?.contentType;
};
