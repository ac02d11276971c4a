import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { switchesTable } from '../../../tools/simulator-switches.ts';

test('docs/simulator.md lists every switch with its default (npm run docs)', () => {
  expect(readFileSync(new URL('../../../docs/simulator.md', import.meta.url), 'utf8')).toContain(
    switchesTable(),
  );
});
