import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '#src/config/load';

test("the README's kinpass.yaml is a complete configuration", () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
  const config = parseConfig(parse(yaml));
  expect(config.production).toBe(true);
  expect(config.apps.map(({ id }) => id)).toEqual(['news-tv', 'sports-web']);
});
