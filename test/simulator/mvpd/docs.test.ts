import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaultFixtures } from '#src/simulator/fixtures';
import { bendNames } from '#src/simulator/mvpd/saml/bends';

const page = readFileSync(new URL('../../../docs/simulator-mvpds.md', import.meta.url), 'utf8');

test.each([
  ...bendNames,
  ...defaultFixtures.mvpds.flatMap(({ id, authentication }) => (authentication ? [id] : [])),
])('docs/simulator-mvpds.md tells of %s', (name) => {
  expect(page).toContain(`\`${name}\``);
});
