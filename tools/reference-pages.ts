import { z } from 'zod';
import { configSchema } from '#src/config/schema';
import { catalogue, type ErrorCode, entryOf } from '#src/lib/errors';

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

type Schema = {
  type?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
};

const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Schema;

const typeOf = ({ type, enum: values, const: constant, anyOf, items }: Schema): string => {
  if (constant !== undefined) return `\`${String(constant)}\``;
  if (values) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (type === 'array') return `list of ${items ? typeOf(items) : 'values'}`;
  return type ?? 'string';
};

const defaultOf = (value: unknown): string =>
  value === undefined || (typeof value === 'object' && !Array.isArray(value))
    ? ''
    : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

const rowsOf = (node: Schema, path: string): string[] =>
  Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const at = path ? `${path}.${name}` : name;
    const branches = child.oneOf ?? (child.items?.oneOf ? child.items.oneOf : undefined);
    if (branches) {
      const list = child.items ? `${at}[]` : at;
      return branches.flatMap((branch) => {
        const [name = '', { const: value } = {}] =
          Object.entries(branch.properties ?? {}).find(([, member]) => member.const !== undefined) ?? [];
        return [`| **\`${list}\`** of ${name} \`${String(value)}\` | | | |`, ...rowsOf(branch, list)];
      });
    }
    if (child.properties) return rowsOf(child, at);
    if (child.items?.properties) return [`| **\`${at}[]\`** | | | |`, ...rowsOf(child.items, `${at}[]`)];
    const required = node.required?.includes(name) ? 'required' : defaultOf(child.default);
    return [`| \`${at}\` | ${typeOf(child)} | ${required} | ${child.description ?? ''} |`];
  });

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
