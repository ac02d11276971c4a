import { expect, test } from 'vitest';
import { createCredentials } from '#src/families/credentials';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { createDistributedLock } from '#src/stores/lease';
import { createMemoryStores } from '#src/stores/memory/create';
import { app } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const clock = createManualClock();
const device = { address: '203.0.113.9', headers: {} };
const held = (viewer: string) => ({ app: app(), instance: 'tv', viewer, device });

/** Two nodes on one store, and an Adobe that counts. */
const start = () => {
  const stores = createMemoryStores({ clock });
  const registrations: string[] = [];
  const adobe = {
    register: async ({ softwareStatement }: { softwareStatement: string }) => {
      registrations.push(softwareStatement);
      await new Promise(setImmediate);
      return { id: `pair-${registrations.length}`, secret: 's' };
    },
  };
  const node = () => {
    const lock = createDistributedLock({ records: stores.records, clock, ids: systemIds });
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
