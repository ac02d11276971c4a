import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { publishedSchema } from '#src/config/published/published-schema';
import { sampleYaml } from '#src/config/published/sample';
import { languages } from '#src/web/messages';
import manifest from '../package.json' with { type: 'json' };
import { capacityPage } from '../tools/capacity/page.ts';
import { pieces } from '../tools/capacity/pieces.ts';
import { importPage } from '../tools/import-page.ts';
import { openApiDocument } from '../tools/openapi-document.ts';
import { pathsPage } from '../tools/paths-page.ts';
import { configurationPage, errorsPage } from '../tools/reference-pages.ts';

const page = (name: string) => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');

test('docs/errors.md is what the catalogue says (npm run docs)', () => {
  expect(page('errors.md')).toBe(errorsPage());
});

test('docs/configuration.md is what the schema says (npm run docs)', () => {
  expect(page('configuration.md')).toBe(configurationPage());
});

test('docs/languages.md lists every language, and whether a native speaker has read it', () => {
  const rows = languages.map(({ texts: { language: tag }, name, review }) => {
    const file = `${tag.toLowerCase()}.ts`;
    return `| ${name} | \`${tag}\` | [${file}](../src/web/messages/${file}) | ${review} |`;
  });
  expect(page('languages.md')).toContain(`|---|---|---|---|\n${rows.join('\n')}\n\n`);
});

test('docs/openapi.json is what the edges check with (npm run docs)', () => {
  expect(page('openapi.json')).toBe(openApiDocument());
});

test('docs/paths.md is what the listeners mount (npm run docs)', () => {
  expect(page('paths.md')).toBe(pathsPage());
});

test('docs/import-lines.md is what an import reads (npm run docs)', () => {
  expect(page('import-lines.md')).toBe(importPage());
});

test('docs/capacity.md is what was measured (npm run docs)', () => {
  expect(page('capacity.md')).toBe(capacityPage(pieces));
});

test('docs/kinpass.schema.json and docs/kinpass.sample.yaml are what the schema says (npm run docs)', () => {
  expect(page('kinpass.schema.json')).toBe(publishedSchema(manifest.version));
  expect(page('kinpass.sample.yaml')).toBe(sampleYaml('kinpass.schema.json'));
});
