import { expect, test } from 'vitest';
import { createAccounts } from '#src/families/accounts';
import { systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import { family, identity, provider } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

test('the next owner of a mailbox, a new subject of the same provider, is not the viewer of before', async () => {
  const clock = createManualClock();
  const accounts = createAccounts({
    store: createMemoryStores().accounts,
    identityProviders: [provider('dtc')],
    linkSecret: Buffer.alloc(32, 7),
    subjectVersion: 1,
    clock,
    ids: systemIds,
  });
  const email = 'info@viewers.example';
  const before = await accounts.resolve(family(), identity('old', { email }));
  const next = await accounts.resolve(family(), identity('new', { email }));
  expect(next.id).not.toBe(before.id);
  expect((await accounts.resolve(family(), identity('old', { email }))).id).toBe(before.id);
});
