import { adminPaths, authorizationServerPaths, type PathRow, publicPaths } from '#src/http/paths';
import { operationTable } from '#src/rest-v2/operations';

const table = (rows: readonly PathRow[]): string[] => [
  '| method | path | |',
  '|---|---|---|',
  ...rows.map(({ method, path, summary }) => `| ${method} | \`${path}\` | ${summary} |`),
];

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
    ...table(operationTable),
    '',
    '## Public listener: registration, keys, errors',
    '',
    ...table(Object.values(publicPaths)),
    '',
    '## Public listener: authorization server',
    '',
    ...table(authorizationServerPaths),
    '',
    '## Admin listener',
    '',
    ...table(Object.values(adminPaths)),
    '',
  ].join('\n');
