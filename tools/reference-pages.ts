import { z } from 'zod';
import { configSchema } from '#src/config/schema';
import { catalogue, type ErrorCode, entryOf } from '#src/lib/errors';
import { rowsOf, type Schema } from './schema-table.ts';

/** Every error that Kinpass itself answers or stops with. */
export const errorsPage = (): string => {
  const rows = (Object.keys(catalogue) as ErrorCode[]).map((code) => {
    const { status, title, action, oauth } = entryOf(code);
    return `| \`${code}\` | ${status} | ${action} | ${oauth ? `\`${oauth}\`` : ''} | ${title} |`;
  });
  return [
    '# Errors',
    '',
    'Generated from `src/lib/errors.ts` by `npm run docs`. Errors of Adobe Pass itself pass through unchanged; these are',
    "the gateway's own. On `/api/v2` they have Adobe's flat enhanced shape (`action`, `status`, `code`, `message`,",
    '`helpUrl`, `trace`), on `/o/client` and the OAuth endpoints the RFC 6749 shape (column OAuth), everywhere else',
    'RFC 9457 problem details. `trace` is the `X-Request-Id` that the log lines of the request carry.',
    '',
    '| code | status | action | OAuth | meaning |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
};

const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Schema;

/** Every setting, its type, its default. */
export const configurationPage = (): string =>
  [
    '# Configuration',
    '',
    'Generated from `src/config/schema.ts` by `npm run docs`. One YAML file (`kinpass serve --config kinpass.yaml`);',
    'each key can be overridden by the environment: `adobe.throttle.burst` is `KINPASS_ADOBE_THROTTLE_BURST`, an entry of',
    'a list goes by its id (`KINPASS_IDENTITY_PROVIDERS_GOOGLE_CLIENT_SECRET`), and with `_FILE` at the end the variable',
    'names a file that holds the value. Unknown keys and variables are refused; all faults are reported at once, each',
    'with its path. Durations are a number and a unit (`ms`, `s`, `m`, `h`, `d`).',
    '',
    '| setting | type | default | meaning |',
    '|---|---|---|---|',
    ...rowsOf(schema, ''),
    '',
  ].join('\n');
