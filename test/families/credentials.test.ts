import { expect, test } from 'vitest';
import { createCredentials, holderKey } from '#src/families/credentials';
import { fail } from '#src/lib/errors';
import { fingerprint, systemIds } from '#src/lib/ids';
import type { DistributedLock } from '#src/stores/expiring-ports';
import { createDistributedLock } from '#src/stores/lease';
import { createMemoryStores } from '#src/stores/memory/create';
import { app, instance } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const clock = createManualClock();
const device = { address: '203.0.113.9', headers: {} };
const held = (viewer: string) => ({ app: app(), instance: instance({ id: 'tv' }), viewer, device });

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
    { environment: 'default', softwareStatement: 'statement', device },
    { environment: 'default', softwareStatement: 'statement', device },
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

/** A node whose registrations are answered by hand, beside another one, whose clock goes on alone. */
const startStopped = async () => {
  const t = start();
  const own = createManualClock();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<{ id: string; secret: string }>();
  const stopped = createCredentials({
    store: t.stores.credentials,
    lock: createDistributedLock({ leases: t.stores.leases, clock: own, ids: systemIds }),
    adobe: {
      register: () => {
        asked.resolve();
        return answer.promise;
      },
    },
    clock: own,
  });
  /** The other node takes over, the stopped one goes on, and its registration is answered. */
  const goesOnLate = async (used: Promise<string>, others: () => Promise<string>) => {
    await asked.promise;
    const newer = others();
    while (clock.waiting === 0) await new Promise(setImmediate);
    await clock.advance(4_100);
    const result = await newer;
    await own.leap(10_000);
    answer.resolve({ id: 'late', secret: 's' });
    return [result, await used];
  };
  return { ...t, stopped, goesOnLate };
};

test('a node that was suspended while it registered does not keep a second pair', async () => {
  const t = await startStopped();
  const idOf = async ({ id }: { id: string }) => id;
  const used = t.stopped.use(held('ana'), idOf);
  expect(await t.goesOnLate(used, () => t.other.use(held('ana'), idOf))).toEqual(['pair-1', 'pair-1']);
  expect(await t.stores.credentials.byId('late')).toBeUndefined();
});

test('a node that was suspended while it replaced a pair does not overwrite a newer one', async () => {
  const t = await startStopped();
  await t.one.use(held('ana'), async () => 'first');
  const replaced = async ({ id }: { id: string }) => {
    if (id === 'pair-1') throw fail('gateway_adobe_client_invalid');
    return id;
  };
  const used = t.stopped.use(held('ana'), replaced);
  expect(await t.goesOnLate(used, () => t.other.use(held('ana'), replaced))).toEqual(['pair-2', 'pair-2']);
  expect(await t.stores.credentials.byId('late')).toBeUndefined();
});

test('a node that waits too long for another one asks the caller to try again', async () => {
  const { stores } = start();
  const names: string[] = [];
  const lock: DistributedLock = async ({ name, maxWait, timedOut }) => {
    names.push(name);
    expect(maxWait).toBe(120_000);
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
  await expect(t.one.byId('pair-2')).rejects.toMatchObject({
    code: 'invalid_authentication_session',
    field: 'code',
  });
});

test('stores name the device by the empty text', () => {
  expect([holderKey('ana'), holderKey(null)]).toEqual(['ana', '']);
});

const bound = fingerprint('fingerprint dHY=');

/** The viewer on an instance of the app that is bound to the device. */
const on = (id: string, viewer: string | null) => ({
  app: app(),
  instance: instance({ id, device: bound }),
  viewer,
  device,
});

/** Two instances of the app on one device, as two sign-ins there leave them. */
const startTwo = async () => {
  const t = start();
  for (const [index, id] of ['old', 'new'].entries())
    await t.stores.instances.add(instance({ id, device: bound, createdAt: index }));
  const use = (id: string, viewer: string | null) => t.one.use(on(id, viewer), async (pair) => pair.id);
  return { ...t, use };
};

test('a viewer who signs in again on a device keeps their pair, wherever they use it', async () => {
  const t = await startTwo();
  const used = [await t.use('old', 'ana'), await t.use('new', 'ana'), await t.use('old', 'ana')];
  expect(used).toEqual(['pair-1', 'pair-1', 'pair-1']);
  expect(t.registrations).toHaveLength(1);
});

test('nobody gets another’s pair by naming the device, nor the household’s', async () => {
  const t = await startTwo();
  expect(await t.use('old', 'ana')).toBe('pair-1');
  expect(await t.use('old', null)).toBe('pair-2');
  expect(await t.use('new', 'ben')).toBe('pair-3');
  expect(await t.use('new', null)).toBe('pair-4');
  expect([await t.use('old', 'ana'), await t.use('old', null)]).toEqual(['pair-1', 'pair-2']);
});

test('an instance that is bound to no device brings nothing', async () => {
  const t = await startTwo();
  await t.use('old', 'ana');
  const unbound = { ...on('new', 'ana'), instance: instance({ id: 'new' }) };
  expect(await t.one.use(unbound, async ({ id }) => id)).toBe('pair-2');
});

test('a pair that was replaced on another instance of the device follows too', async () => {
  const t = await startTwo();
  await t.use('old', 'ana');
  const result = await t.one.use(on('new', 'ana'), async ({ id }) => {
    if (id !== 'pair-1') return id;
    await t.other.use(on('old', 'ana'), async (pair) => {
      if (pair.id === 'pair-1') throw fail('gateway_adobe_client_invalid');
    });
    throw fail('gateway_adobe_client_invalid');
  });
  expect(result).toBe('pair-2');
  expect(t.registrations).toHaveLength(2);
});
