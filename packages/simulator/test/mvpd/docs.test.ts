import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaultFixtures } from '#src/default-fixtures';
import { assertionFaultKinds } from '#src/mvpd/saml/assertion-faults';

const page = readFileSync(new URL('../../docs/mvpds.md', import.meta.url), 'utf8');

test.each([
  ...assertionFaultKinds,
  ...defaultFixtures.mvpds.flatMap(({ id, authentication }) => (authentication ? [id] : [])),
])('docs/mvpds.md tells of %s', (name) => {
  expect(page).toContain(`\`${name}\``);
});
