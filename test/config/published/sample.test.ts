import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { faultText, pathText } from '#src/config/faults/fault';
import { publishedSchema } from '#src/config/published/published-schema';
import { reviewConfig } from '#src/config/review';
import { effectiveSettings } from '#src/config/settings/effective-settings';
import { type SchemaNode, settingsSchema } from '#src/config/settings/settings-schema';

const sample = readFileSync(new URL('../../../docs/kinpass.sample.yaml', import.meta.url), 'utf8');
const cwd = mkdtempSync(join(tmpdir(), 'kinpass-sample-'));

/** A setting is commented out by a # in the first column; a comment has a space after it, or stands further in. */
const uncommented = sample.replaceAll(/^#(?=\S| {2})(?!#)/gm, '');

const reviewed = (text: string) => {
  writeFileSync(join(cwd, 'kinpass.yaml'), text);
  return reviewConfig({ file: 'kinpass.yaml', env: {}, cwd });
};

test('the sample is valid as it stands; what is to be filled in is a warning that says what belongs there', async () => {
  const { config, faults, warnings } = await reviewed(sample);
  expect(faults.map(faultText)).toEqual([]);
  expect(config?.identityProviders.map(({ kind }) => kind)).toEqual(['oidc', 'google', 'facebook']);
  for (const warning of warnings)
    expect(warning.message).toMatch(/^is a placeholder: give the real value \(.+\)$/);
});

test('it is valid, too, with everything uncommented and the files in place', async () => {
  for (const name of ['logo.svg', 'logo-dark.svg', 'favicon.svg', 'brand.css'])
    writeFileSync(
      join(cwd, name),
      name === 'brand.css' ? 'main {}' : '<svg xmlns="http://www.w3.org/2000/svg"/>',
    );
  writeFileSync(join(cwd, 'rules.yaml'), 'rules: []');
  expect((await reviewed(uncommented)).faults.map(faultText)).toEqual([]);
});

test('what it shows as a default is the default', () => {
  const shown = effectiveSettings(parse(uncommented));
  const defaults = new Map(effectiveSettings({}).map(({ path, value }) => [pathText(path), value]));
  const examples = new Set(['publicOrigin', 'admin.tokens']);
  for (const { path, value } of shown) {
    const name = pathText(path);
    if (defaults.has(name) && !examples.has(name)) expect([name, value]).toEqual([name, defaults.get(name)]);
  }
});

test('every key of the schema is in it, with its description', () => {
  const blocks = sample.split('\n\n');
  for (const { keys, node } of leaves(settingsSchema)) {
    const [section = '', ...rest] = keys;
    const block = blocks.find((text) => new RegExp(`^#?${section}:`, 'm').test(text)) ?? '';
    const missing = rest.filter((key) => !new RegExp(`[ #|{]${key}:`).test(block));
    expect([keys.join('.'), missing]).toEqual([keys.join('.'), []]);
    expect(withoutBreaks(block)).toContain(node.description ?? '');
  }
});

test('every setting says what it is', () => {
  const silent = leaves(settingsSchema).filter(({ node, inLanguages }) => !node.description && !inLanguages);
  expect(silent.map(({ keys }) => keys.join('.'))).toEqual([]);
});

/** Comments as one line each. */
const withoutBreaks = (text: string): string => text.replaceAll(/\n[ #|]*# (?=\S)/g, ' ');

interface Leaf {
  readonly keys: readonly string[];
  readonly node: SchemaNode;
  /** The keys are languages, which need no description. */
  readonly inLanguages: boolean;
}

const leaves = (node: SchemaNode, keys: readonly string[] = [], inLanguages = false): Leaf[] => {
  const branches = node.oneOf ?? node.anyOf;
  if (branches)
    return branches.flatMap((branch) =>
      leaves({ ...branch, description: branch.description ?? node.description ?? '' }, keys, inLanguages),
    );
  if (node.items?.properties || node.items?.oneOf) return leaves(node.items, keys);
  if (!node.properties) return [{ keys, node, inLanguages }];
  return Object.entries(node.properties).flatMap(([key, member]) =>
    leaves(member, [...keys, key], inLanguages || 'zh-Hant' in (node.properties ?? {})),
  );
};

test('the schema for editors takes the sample, and refuses what is not a setting', () => {
  const editors = z.fromJSONSchema(JSON.parse(publishedSchema('1.2.3')));
  expect(editors.safeParse(parse(uncommented)).error).toBeUndefined();
  expect(editors.safeParse({ ...parse(uncommented), theme: 'red' }).success).toBe(false);
});
