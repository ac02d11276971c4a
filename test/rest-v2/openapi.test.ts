import { expect, test } from 'vitest';
import { authenticate, register, token } from '#src/rest-v2/endpoints';
import type { Endpoint } from '#src/rest-v2/operation';
import { operationTable } from '#src/rest-v2/operations';
import { parameterShapes } from '#src/rest-v2/requests';
import { type ListedOperation, listedOperations } from './adobe-openapi.ts';

/** Where Adobe's files say something that the gateway does not follow, and the page of Adobe's that it follows instead. */
const contradictions: Readonly<Record<string, string>> = {
  'POST /o/client/token: query refresh_token': 'Retrieve access token: client_credentials is the only grant',
};

const rows: readonly Endpoint[] = [register, token, authenticate, ...operationTable];
const rowOf = ({ endpoint }: ListedOperation): Endpoint | undefined =>
  rows.find(({ method, path }) => `${method} ${path}` === endpoint);

/** The query of a request for a token is what the reference page has as its form. */
const queryOf = (row: Endpoint): readonly string[] =>
  Object.keys((row.name === token.name ? row.body?.shape : row.query)?.shape ?? {});

/** What Adobe's files list and the table does not. */
const missing = (listed: ListedOperation): string[] => {
  const row = rowOf(listed);
  if (!row) return ['path'];
  const lacks = (what: string, wanted: readonly string[], own: readonly string[]) =>
    wanted.filter((name) => !own.includes(name)).map((name) => `${what} ${name}`);
  return [
    ...lacks('parameter', listed.path, Object.keys(parameterShapes(row))),
    ...lacks('query', listed.query, queryOf(row)),
    ...lacks('header', listed.headers, [...row.headers, ...(row.openApiHeaders ?? [])]),
    ...lacks('media type', listed.contentType ? [listed.contentType] : [], [row.body?.contentType ?? '']),
    ...lacks('member', listed.body, Object.keys(row.body?.shape.shape ?? {})),
  ];
};

const differences = listedOperations.flatMap((listed) =>
  missing(listed).map((what) => `${listed.endpoint}: ${what}`),
);

test('the table has every path, parameter, header and body of Adobe’s OpenAPI files', () => {
  expect(listedOperations).toHaveLength(15);
  expect(differences.filter((difference) => !(difference in contradictions))).toEqual([]);
});

test('every contradiction is still there', () => {
  expect(differences.sort()).toEqual(Object.keys(contradictions).sort());
});

test('the table has no operation that Adobe’s files do not list', () => {
  const listed = listedOperations.map(({ endpoint }) => endpoint);
  expect(rows.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(listed.sort());
});
