import {
  type AdminRow,
  adminPaths,
  authorizationServerPaths,
  type PathRow,
  publicPaths,
} from '#src/http/paths';
import type { Operation } from '#src/rest-v2/operation';
import { operationTable } from '#src/rest-v2/operations';

const table = (rows: readonly PathRow[]): string[] => [
  '| method | path | |',
  '|---|---|---|',
  ...rows.map(({ method, path, summary }) => `| ${method} | \`${path}\` | ${summary} |`),
];

const roleOf = ({ role, withoutToken }: AdminRow): string =>
  [role === undefined ? 'no token' : `\`${role}\``, withoutToken && `without: ${withoutToken}`]
    .filter(Boolean)
    .join('; ');

const adminTable = (rows: readonly AdminRow[]): string[] => [
  '| method | path | role | |',
  '|---|---|---|---|',
  ...rows.map((row) => `| ${row.method} | \`${row.path}\` | ${roleOf(row)} | ${row.summary} |`),
];

const samplePathOf = ({ method, samplePath, summary }: Operation): PathRow[] =>
  samplePath === undefined
    ? []
    : [{ method, path: samplePath, summary: `${summary}; as in Adobe's samples` }];

/** Every path that the gateway serves. */
export const pathsPage = (): string =>
  [
    '# Paths',
    '',
    'Generated from `src/http/paths.ts` and `src/rest-v2/operations.ts` by `npm run docs`. Any other path is answered 404,',
    'any other method of these paths 405 with `Allow`. Request and response bodies: [openapi.json](openapi.json).',
    '',
    '## Public listener: REST API V2',
    '',
    ...table(operationTable.flatMap((operation) => [operation, ...samplePathOf(operation)])),
    '',
    '## Public listener: registration, keys, errors',
    '',
    ...table(Object.values(publicPaths)),
    '',
    'Adobe names `/o/client/scopes` and `/o/client/validate` without saying what they take and return: they are answered 404.',
    '',
    '## Public listener: authorization server',
    '',
    ...table(authorizationServerPaths),
    '',
    '## Admin listener',
    '',
    'The role is one of the roles of the token (`admin.tokens`). Any other path needs a token too.',
    '',
    ...adminTable(Object.values(adminPaths)),
    '',
  ].join('\n');
