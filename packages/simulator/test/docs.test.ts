import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { guideWithTables, worldFilePage } from '../tools/guide.ts';

const page = (name: string) => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');

test('docs/guide.md lists every route, fault, flaw and scenario (npm run docs)', async () => {
  const guide = page('guide.md');
  expect(guide).toBe(await guideWithTables(guide));
});

test('docs/world.md lists every setting of a world file (npm run docs)', () => {
  expect(page('world.md')).toBe(worldFilePage());
});
