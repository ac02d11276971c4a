import { expect, test } from 'vitest';
import { createAccounts } from '#src/families/accounts';
import { systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import { family, identity, provider } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

test('whoever proves an address that a viewer has given up does not land in the viewer’s account', async () => {
  const clock = createManualClock();
  const accounts = createAccounts({
    store: createMemoryStores().accounts,
    identityProviders: [provider('dtc'), provider('google')],
    linkSecret: Buffer.alloc(32, 7),
    subjectVersion: 1,
    clock,
    ids: systemIds,
  });
  const signIn = async (subject: string, from: string, email: string) =>
    (await accounts.resolve(family(), identity(subject, { provider: from, email }))).id;

  const viewer = await signIn('ana', 'dtc', 'first@viewers.example');
  await signIn('ana', 'dtc', 'second@viewers.example');
  expect(await signIn('117', 'google', 'first@viewers.example')).not.toBe(viewer);
  expect(await signIn('118', 'google', 'second@viewers.example')).toBe(viewer);
});
