import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { guideWithTables, worldFilePage } from '../packages/simulator/tools/guide.ts';
import { openApiDocument } from '../tools/openapi-document.ts';
import { configurationPage, errorsPage } from '../tools/reference-pages.ts';

const page = (name: string) => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');
const simulatorPage = (name: string) =>
  readFileSync(new URL(`../packages/simulator/docs/${name}`, import.meta.url), 'utf8');

test('docs/errors.md is what the catalogue says (npm run docs)', () => {
  expect(page('errors.md')).toBe(errorsPage());
});

test('docs/configuration.md is what the schema says (npm run docs)', () => {
  expect(page('configuration.md')).toBe(configurationPage());
});

test('docs/openapi.json is what the edges check with (npm run docs)', () => {
  expect(page('openapi.json')).toBe(openApiDocument());
});

test('docs/guide.md lists every route, fault, flaw and scenario (npm run docs)', async () => {
  const guide = simulatorPage('guide.md');
  expect(guide).toBe(await guideWithTables(guide));
});

test('docs/world.md is what a world file may hold (npm run docs)', () => {
  expect(simulatorPage('world.md')).toBe(worldFilePage());
});
