import { expect, test } from 'vitest';
import { watchStores } from '#src/gateway/watch-stores';
import { fail } from '#src/lib/errors';
import { type StoreFailure, storeUnavailable } from '#src/stores/failure';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock } from '../support/manual-clock.ts';

const start = () => {
  const clock = createManualClock();
  const stores = createMemoryStores();
  const counted: StoreFailure[] = [];
  let error: Error | undefined;
  const find: typeof stores.signIns.find = async (grant) => {
    if (error) throw error;
    return stores.signIns.find(grant);
  };
  const watched = watchStores(
    { ...stores, signIns: { ...stores.signIns, find } },
    { clock, failed: (failure) => counted.push(failure) },
  );
  const findFailing = async (thrown: Error) => {
    error = thrown;
    await expect(watched.signIns.find('g1')).rejects.toBe(thrown);
    error = undefined;
  };
  return { clock, watched, counted, findFailing };
};

test('failures of a store are counted by reason; refusals are not', async () => {
  const { watched, counted, findFailing } = start();
  await findFailing(storeUnavailable('read-only', { detail: 'a standby' }));
  await findFailing(fail('store_invalid'));
  await findFailing(new Error('a bug'));
  await findFailing(fail('gateway_unavailable', { detail: 'the user code is in use' }));
  expect(await watched.signIns.find('g1')).toBeUndefined();
  await watched.ping();
  expect(counted).toEqual(['read-only', 'damaged', 'other']);
});

test('after a full disk the store counts as not ready for five seconds', async () => {
  const { clock, watched, findFailing } = start();
  const full = storeUnavailable('disk-full', { detail: 'no room' });
  await findFailing(full);
  await clock.advance(4_999);
  await expect(watched.ping()).rejects.toBe(full);
  await clock.advance(1);
  await watched.ping();
});
