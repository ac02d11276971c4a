import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { checkSettings } from '#src/config/check';
import { type Finding, type Path, pathText } from '#src/config/faults/fault';
import {
  branchFor,
  memberOf,
  type SchemaNode,
  settingsSchema,
  valueAt,
} from '#src/config/settings/settings-schema';
import { parseYaml } from '#src/config/sources/read-yaml';

/** Every setting with a value, from the sample; a setting that is added is tested here by itself. */
const sample = readFileSync(new URL('../../docs/kinpass.sample.yaml', import.meta.url), 'utf8');
const complete: unknown = parse(sample.replaceAll(/^#(?=\S| {2})(?!#)/gm, ''));

interface Leaf {
  readonly path: Path;
  readonly node: SchemaNode;
  readonly required: boolean;
}

/** The settings of a value, each with the schema of the form that it is written in. */
const leavesOf = (node: SchemaNode, value: unknown, path: Path = [], required = true): Leaf[] => {
  const { properties, items, ...rest } = branchFor(node, value);
  if (properties)
    return Object.entries(properties).flatMap(([key, member]) =>
      leavesOf(member, memberOf(value, key), [...path, key], isRequired(node, value, key)),
    );
  const isListOfMappings = Array.isArray(value) && value.some((entry) => typeof entry === 'object');
  if (items && isListOfMappings)
    return value.flatMap((entry, index) => leavesOf(items, entry, [...path, index]));
  return [{ path, node: { ...rest, ...(items && { items }) }, required }];
};

const isRequired = (node: SchemaNode, value: unknown, key: string): boolean =>
  branchFor(node, value).required?.includes(key) ?? false;

/** Other forms of a section, which the sample has as comments. */
const otherForms: readonly (readonly [Path, unknown])[] = [
  [['store'], { kind: 'memory' }],
  [['identityProviders', 0, 'emailTrust'], { authoritativeDomains: ['accounts.example'] }],
  [
    ['families', 0, 'serviceToken', 'subject'],
    { strategy: 'claim', provider: 'dtc', claim: 'sub', as: 'plain' },
  ],
  [['families', 0, 'brand', 'name'], { en: 'News', 'zh-Hant': '新聞' }],
  [['apps', 0, 'externalServiceToken', 'keys'], { pem: ['key.pem'] }],
  [
    ['apps', 0, 'softwareStatement'],
    ['statement-two', 'statement-one'],
  ],
];

/** A copy with another value at a path; without the key if it is undefined. */
const changed = (input: unknown, path: Path, value: unknown): unknown => {
  const copy: unknown = structuredClone(input);
  const parent = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  const key = path.at(-1) ?? '';
  if (value === undefined) delete parent[key];
  else parent[key] = value;
  return copy;
};

const wrongKind = ({ type }: SchemaNode): unknown =>
  type === 'boolean' || type === 'number' || type === 'integer' ? 'much' : 7;

const isAbout = ({ path }: Finding, at: Path): boolean =>
  path.length >= at.length && at.every((part, index) => path[index] === part);

/** Words of libraries, of JavaScript, and of nobody. */
const rawWords =
  /\b(expected|received|undefined|null|NaN|object|Invalid|Too (small|big)|Unrecognized|string|pattern|input)\b/;

/** The first fault about a path, with the line of the file that it points to. */
const toldOf = (input: unknown, at: Path) => {
  const text = stringify(input);
  const file = parseYaml(text, 'kinpass.yaml');
  const fault = checkSettings(file.settings).faults.find((candidate) => isAbout(candidate, at));
  const place = fault && file.placeOf(fault.path, fault.key);
  const line = place && 'line' in place ? text.split('\n')[place.line - 1] : undefined;
  return { message: fault?.message, line, path: fault && pathText(fault.path) };
};

const messageOf = (input: unknown, at: Path): string | undefined =>
  checkSettings(input).faults.find((fault) => isAbout(fault, at))?.message;

const cases = [complete, ...otherForms.map(([path, value]) => changed(complete, path, value))].flatMap(
  (input, index) => {
    const [under = []] = otherForms[index - 1] ?? [];
    return leavesOf(settingsSchema, input)
      .filter(({ path }) => isAbout({ path, message: '' }, under))
      .map((leaf) => ({ ...leaf, input, name: pathText(leaf.path) }));
  },
);

test('every setting is among the cases, and the cases are valid', () => {
  expect(cases.length).toBeGreaterThan(150);
  for (const [path, value] of otherForms)
    expect(checkSettings(changed(complete, path, value)).faults).toEqual([]);
});

describe.each(cases)('$name', ({ path, node, required, input }) => {
  const key = String(path.at(-1));

  test('wrong type', () => {
    const { message, line } = toldOf(changed(input, path, wrongKind(node)), path);
    expect(message).toMatch(/^must (be|have) /);
    expect(message).not.toMatch(rawWords);
    expect(line).toContain(`${key}:`);
  });

  test('missing', () => {
    const without = changed(input, path, undefined);
    const message = messageOf(without, path);
    if (required)
      expect(message ?? messageOf(without, path.slice(0, -1))).toMatch(/^(is missing|must have one of)/);
    else expect(message ?? 'is missing').toMatch(/^is missing/);
  });

  test('empty', () => {
    const isList = node.type === 'array';
    const empties = isList ? [null, [''], ...(required ? [[]] : [])] : [null, ''];
    for (const empty of empties) {
      const message = messageOf(changed(input, path, empty), path);
      expect(message).toMatch(/^must (not be empty|be (a number|true or false), not text)$/);
    }
  });

  test('unknown neighbor', () => {
    const parent = path.slice(0, -1);
    const misspelled = toldOf(changed(input, [...parent, `${key}x`], 'value'), [...parent, `${key}x`]);
    expect(misspelled).toEqual({
      message: 'is not a setting',
      line: expect.stringContaining(`${key}x:`),
      path: pathText([...parent, `${key}x`]),
    });
    const foreign = messageOf(changed(input, [...parent, 'qqqqqqqq'], 'value'), [...parent, 'qqqqqqqq']);
    expect(foreign).toMatch(new RegExp(`^is not a setting; valid here: .*${key}`));
  });
});

test('no fault repeats a secret', () => {
  const secrets = cases.filter(({ node }) => node.writeOnly);
  expect(secrets.length).toBeGreaterThan(5);
  for (const { path, input } of secrets)
    for (const secret of ['s3cret\u0000', ['s3cret'], { value: 's3cret' }]) {
      const { faults, warnings } = checkSettings(changed(input, path, secret));
      expect(JSON.stringify([faults, warnings])).not.toContain('s3cret');
    }
});

test('every setting that reads like a secret is one', () => {
  const names = /(secret|token|passphrase|password|statement|secretAccessKey)$/i;
  const open = cases.filter(({ path, node }) => names.test(String(path.at(-1))) && !node.writeOnly);
  expect(open.map(({ name }) => name)).toEqual([]);
});
