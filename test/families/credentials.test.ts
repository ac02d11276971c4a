import { expect, test } from 'vitest';
import { createCredentials, holderKey } from '#src/families/credentials';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import type { DistributedLock } from '#src/stores/expiring-ports';
import { createDistributedLock } from '#src/stores/lease';
import { createMemoryStores } from '#src/stores/memory/create';
import { app } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const clock = createManualClock();
const device = { address: '203.0.113.9', headers: {} };
const held = (viewer: string) => ({ app: app(), instance: 'tv', viewer, device });

/** Two nodes on one store, and an Adobe that counts. */
const start = () => {
  const stores = createMemoryStores();
  const registrations: unknown[] = [];
  const adobe = {
    register: async (registration: unknown) => {
      registrations.push(registration);
      await new Promise(setImmediate);
      return { id: `pair-${registrations.length}`, secret: 's' };
    },
  };
  const node = () => {
    const lock = createDistributedLock({ leases: stores.leases, clock, ids: systemIds });
    return createCredentials({ store: stores.credentials, lock, adobe, clock });
  };
  return { registrations, one: node(), other: node(), stores };
};

test('a hundred calls at once make one pair', async () => {
  const t = start();
  const used = await Promise.all(
    Array.from({ length: 100 }, () => t.one.use(held('ana'), async ({ id }) => id)),
  );
  expect(new Set(used)).toEqual(new Set(['pair-1']));
  expect(t.registrations).toHaveLength(1);
});

test('two nodes at once make one pair', async () => {
  const t = start();
  const used = Promise.all([t.one, t.other].map((node) => node.use(held('ana'), async ({ id }) => id)));
  while (clock.waiting === 0) await new Promise(setImmediate);
  await clock.advance(1_000);
  expect(new Set(await used)).toEqual(new Set(['pair-1']));
  expect(t.registrations).toHaveLength(1);
});

test('each viewer has a pair of their own', async () => {
  const t = start();
  const ana = await t.one.use(held('ana'), async ({ id }) => id);
  const ben = await t.one.use(held('ben'), async ({ id }) => id);
  expect(ana).not.toBe(ben);
});

test('a pair that Adobe no longer knows is replaced once, and the call repeated once', async () => {
  const t = start();
  await t.one.use(held('ana'), async () => 'first');
  const seen: string[] = [];
  const result = await t.one.use(held('ana'), async ({ id }) => {
    seen.push(id);
    if (id === 'pair-1') throw fail('gateway_adobe_client_invalid');
    return id;
  });
  expect(result).toBe('pair-2');
  expect(seen).toEqual(['pair-1', 'pair-2']);
});

test('other failures never lead to a new registration', async () => {
  const t = start();
  const failing = t.one.use(held('ana'), async () => {
    throw fail('gateway_adobe_timeout');
  });
  await expect(failing).rejects.toMatchObject({ code: 'gateway_adobe_timeout' });
  expect(t.registrations).toHaveLength(1);
});

test('a pair is registered for the app and the device, and stored for its holder', async () => {
  const t = start();
  await t.one.use(held('ana'), async () => 'done');
  await t.one.use({ ...held('ana'), viewer: null }, async () => 'done');
  expect(t.registrations).toEqual([
    { softwareStatement: 'statement', device },
    { softwareStatement: 'statement', device },
  ]);
  const pair = { id: 'pair-1', secret: 's', instance: 'tv', holder: 'ana', createdAt: clock.now() };
  expect(await t.stores.credentials.find({ instance: 'tv', holder: 'ana' })).toEqual(pair);
  const own = { ...pair, id: 'pair-2', holder: '' };
  expect(await t.stores.credentials.find({ instance: 'tv', holder: '' })).toEqual(own);
});

test('a pair that another node has replaced already is not replaced again', async () => {
  const t = start();
  const replacedBy = async (node: ReturnType<typeof createCredentials>) =>
    node.use(held('ana'), async ({ id }) => {
      if (id === 'pair-1') throw fail('gateway_adobe_client_invalid');
      return id;
    });
  const result = await t.one.use(held('ana'), async ({ id }) => {
    if (id !== 'pair-1') return id;
    await replacedBy(t.other);
    throw fail('gateway_adobe_client_invalid');
  });
  expect(result).toBe('pair-2');
  expect(t.registrations).toHaveLength(2);
});

test('a node that waits too long for another one asks the caller to try again', async () => {
  const { stores } = start();
  const names: string[] = [];
  const lock: DistributedLock = async ({ name, life, maxWait, timedOut }) => {
    names.push(name);
    expect([life, maxWait]).toEqual([60_000, 120_000]);
    throw timedOut();
  };
  const register = () => Promise.reject(new Error('registered without the lock'));
  const credentials = createCredentials({ store: stores.credentials, lock, adobe: { register }, clock });
  const used = credentials.use(held('ana'), async () => 'done');
  await expect(used).rejects.toMatchObject({ code: 'gateway_unavailable', retryAfter: 1 });
  expect(names).toEqual(['["credentials","tv","ana"]']);
});

test('the pair of a code is found by its id until it is replaced', async () => {
  const t = start();
  await t.one.use(held('ana'), async () => 'done');
  expect(await t.one.byId('pair-1')).toMatchObject({ id: 'pair-1', holder: 'ana' });
  await expect(t.one.byId('pair-2')).rejects.toMatchObject({ code: 'gateway_code_unknown', field: 'code' });
});

test('stores name the device by the empty text', () => {
  expect([holderKey('ana'), holderKey(null)]).toEqual(['ana', '']);
});
