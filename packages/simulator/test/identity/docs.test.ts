import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { appleDefaults, appleSwitchesSchema } from '#src/identity/apple/switches';
import { dtcDefaults, dtcSwitchesSchema } from '#src/identity/dtc/switches';
import { facebookDefaults, facebookSwitchesSchema } from '#src/identity/facebook/switches';
import { googleDefaults, googleSwitchesSchema } from '#src/identity/google/switches';

const page = readFileSync(new URL('../../docs/identities.md', import.meta.url), 'utf8');
const sectionOf = (title: string): string => page.split('\n## ').find((part) => part.startsWith(title)) ?? '';

test.each([
  ['DTC', dtcSwitchesSchema, dtcDefaults],
  ['Google', googleSwitchesSchema, googleDefaults],
  ['Facebook', facebookSwitchesSchema, facebookDefaults],
  ['Apple', appleSwitchesSchema, appleDefaults],
])('the page lists every switch of %s with its default and meaning', (title, schema, defaults) => {
  const { properties = {} } = z.toJSONSchema(schema);
  const rows = Object.entries(defaults).map(([name, value]) => {
    const property = properties[name];
    const meaning = typeof property === 'object' ? property.description : '';
    return `| \`${name}\` | \`${JSON.stringify(value)}\` | ${meaning} |`;
  });
  const table = sectionOf(title)
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(table).toEqual(rows);
});
