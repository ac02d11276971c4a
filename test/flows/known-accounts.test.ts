import { expect, test } from 'vitest';
import { createKnownAccounts } from '#src/flows/known-accounts';
import { account, family, identity } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const address = { address: 'ana@viewers.example', verified: true };

const start = () => {
  const clock = createManualClock();
  let isRevoked = false;
  let isUpToDate = true;
  let reads = 0;
  /** While a read is under way. */
  let meanwhile = (): void => undefined;
  const ana = account({ id: 'ana' });
  const known = createKnownAccounts({
    accounts: {
      resolve: async () => ({ ...ana, isRevoked }),
      standing: async () => {
        reads += 1;
        const standing = { account: ana, isRevoked };
        meanwhile();
        return standing;
      },
      emailOf: async () => 'read@viewers.example',
    },
    clock,
    isUpToDate: () => isUpToDate,
  });
  const isAdmitted = async () => (await known.standing('ana'))?.isRevoked === false;
  const revoke = () => {
    isRevoked = true;
    known.changed({ kind: 'account', id: 'ana' });
  };
  return {
    clock,
    known,
    isAdmitted,
    revoke,
    reads: () => reads,
    set: (state: { isUpToDate?: boolean; isRevoked?: boolean; meanwhile?: () => void }) => {
      isUpToDate = state.isUpToDate ?? isUpToDate;
      isRevoked = state.isRevoked ?? isRevoked;
      meanwhile = state.meanwhile ?? meanwhile;
    },
  };
};

test('whoever has just signed in is not read again, nor their address', async () => {
  const { known, isAdmitted, reads } = start();
  await known.resolve(family(), identity('ana', { email: address.address }));
  expect(await isAdmitted()).toBe(true);
  expect([reads(), await known.emailOf('ana')]).toEqual([0, address.address]);
});

test('a revocation holds at once, also against a read that began before it', async () => {
  const { known, isAdmitted, revoke, set } = start();
  await known.resolve(family(), identity('ana'));
  revoke();
  expect(await isAdmitted()).toBe(false);
  set({ isRevoked: false });
  set({ meanwhile: revoke });
  expect(await isAdmitted()).toBe(true);
  set({ meanwhile: () => undefined });
  expect(await isAdmitted()).toBe(false);
});

test('nothing is known while changes may be missing, nor for longer than a sign-in takes', async () => {
  const { clock, known, isAdmitted, reads, set } = start();
  await isAdmitted();
  await isAdmitted();
  expect(reads()).toBe(1);
  set({ isUpToDate: false });
  await isAdmitted();
  expect(reads()).toBe(2);
  set({ isUpToDate: true });
  await clock.leap(600_000);
  await isAdmitted();
  expect(reads()).toBe(3);
  known.missed();
  await isAdmitted();
  expect(reads()).toBe(4);
  known.close();
  await isAdmitted();
  await isAdmitted();
  expect(reads()).toBe(6);
});

test('who is revoked is not kept', async () => {
  const { isAdmitted, set } = start();
  set({ isRevoked: true });
  expect(await isAdmitted()).toBe(false);
  set({ isRevoked: false });
  expect(await isAdmitted()).toBe(true);
});
