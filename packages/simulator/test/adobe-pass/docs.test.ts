import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { switchesTable } from '../../tools/switches.ts';

test('docs/adobe-pass.md lists every switch with its default (npm run docs)', () => {
  expect(readFileSync(new URL('../../docs/adobe-pass.md', import.meta.url), 'utf8')).toContain(
    switchesTable(),
  );
});
