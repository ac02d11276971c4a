import { z } from 'zod';
import { configSchema } from '#src/config/schema';
import { apiErrors } from '#src/lib/errors/api';
import { advice, type ErrorEntry } from '#src/lib/errors/entry';
import { processErrors } from '#src/lib/errors/process';
import { registrationErrors } from '#src/lib/errors/registration';
import { restErrors } from '#src/lib/errors/rest-v2';
import { signInErrors } from '#src/lib/errors/sign-in';
import { rowsOf, type Schema } from './schema-table.ts';

const httpTable = (errors: Readonly<Record<string, ErrorEntry>>): string[] => [
  '| code | status | action | OAuth | meaning |',
  '|---|---|---|---|---|',
  ...Object.entries(errors).map(
    ([code, { status, title, action, actionIfRegistered, oauth }]) =>
      `| \`${code}\` | ${status} | ${actionIfRegistered ? `${action}; of registered clients ${actionIfRegistered}` : action} | ${oauth ? `\`${oauth}\`` : ''} | ${title} |`,
  ),
];

const processTable = (errors: Readonly<Record<string, ErrorEntry>>): string[] => [
  '| code | meaning |',
  '|---|---|',
  ...Object.entries(errors).map(([code, { title }]) => `| \`${code}\` | ${title} |`),
];

/** Every error that Kinpass itself raises, by audience. */
export const errorsPage = (): string =>
  [
    '# Errors',
    '',
    'Generated from `src/lib/errors/` by `npm run docs`. These are the errors that the gateway raises; those of Adobe Pass pass',
    'through unchanged. Codes never change, texts may.',
    '',
    "On `/api/v2` errors have Adobe's flat enhanced shape (`action`, `status`, `code`, `message`, `helpUrl`, `trace`), on",
    '`/o/client` and the OAuth endpoints the RFC 6749 shape with the code of the column "OAuth", and everywhere else RFC',
    '9457 problem details. `trace` is the `X-Request-Id` of the response, which is in every log line of the request.',
    'Browsers get a page instead; `/errors/{code}` describes a code.',
    '',
    '| action | what to do |',
    '|---|---|',
    ...Object.entries(advice).map(([action, text]) => `| ${action} | ${text} |`),
    '',
    '## API',
    '',
    ...httpTable(apiErrors),
    '',
    '## REST API V2',
    '',
    "Adobe's codes, where the gateway can tell without asking Adobe. What it cannot tell passes, and Adobe's error comes back.",
    '',
    ...httpTable(restErrors),
    '',
    '## Client registration',
    '',
    ...httpTable(registrationErrors),
    '',
    '## Sign-in',
    '',
    ...httpTable(signInErrors),
    '',
    '## Start-up and commands',
    '',
    'Printed by `kinpass` with exit code 1, and logged when a reload fails. Clients never receive them.',
    '',
    ...processTable(processErrors),
    '',
  ].join('\n');

const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Schema;

/** Every setting with its type and default. */
export const configurationPage = (): string =>
  [
    '# Configuration',
    '',
    'Generated from `src/config/schema.ts` by `npm run docs`, like the [sample](kinpass.sample.yaml) that `kinpass config init`',
    'writes, and the [JSON Schema](kinpass.schema.json) for editors. All settings are in one YAML file, given by `--config` or',
    '`KINPASS_CONFIG`. Each can be overridden by an environment variable: `adobe.throttle.burst` by',
    '`KINPASS_ADOBE_THROTTLE_BURST`, a setting of a list entry by the id of the entry',
    '(`KINPASS_IDENTITY_PROVIDERS_GOOGLE_CLIENT_SECRET`). A variable that ends in `_FILE` names a file that contains the',
    'value; a setting given by both is an error. Commas or line breaks separate the entries of a list. Unknown keys and variables are errors. `kinpass config validate` reports all',
    'errors at once, each with file, line, column and what to write instead; `kinpass config show` prints what is in effect. A',
    'duration is a number and a unit: `ms`, `s`, `m`, `h` or `d`. Changes while the gateway runs: [reload](reload.md).',
    '',
    '| setting | type | default | meaning |',
    '|---|---|---|---|',
    ...rowsOf(schema, ''),
    '',
  ].join('\n');
