import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
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

test('docs/openapi.json is what the edges check with (npm run docs)', () => {
  expect(page('openapi.json')).toBe(openApiDocument());
});

test('docs/paths.md is what the listeners mount (npm run docs)', () => {
  expect(page('paths.md')).toBe(pathsPage());
});
