import { expect, test } from 'vitest';
import { systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { startSweeping } from '#src/stores/sweeping';
import { instance } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const minute = 60_000;
const day = 86_400_000;

const createStage = () => {
  const clock = createManualClock();
  const stores = createMemoryStores();
  const warnings: string[] = [];
  const log = { warn: (_details: object, message: string) => void warnings.push(message) };
  const swept: number[] = [];
  const node = (through: Pick<Stores, 'sweep' | 'leases'> = stores) =>
    startSweeping({
      stores: through,
      clock,
      ids: systemIds,
      log,
      swept: () => void swept.push(clock.now()),
      interval: minute,
      unusedInstanceLifetime: 30 * day,
    });
  /** Stores that say how often they were swept. */
  const counted = () => {
    const counting = {
      leases: stores.leases,
      sweeps: 0,
      sweep: (request: Parameters<Stores['sweep']>[0]) => {
        counting.sweeps += 1;
        return stores.sweep(request);
      },
    };
    return counting;
  };
  return { clock, stores, warnings, swept, node, counted };
};

test('what has expired is removed at the next round, step by step, and the rest stays', async () => {
  const { clock, stores, node } = createStage();
  const now = clock.now();
  for (let count = 0; count < 500; count += 1)
    await stores.records.put('transaction', `old ${count}`, { value: 1, expiresAt: now + 1 });
  await stores.records.put('transaction', 'new', { value: 1, expiresAt: now + day });
  const sweeping = node();
  await clock.advance(minute + 1_000);
  expect(await stores.sweep({ now: clock.now(), instancesSeenBefore: 0, limit: 1_000 })).toBe(0);
  expect(await stores.records.get('transaction', 'old 0', now)).toBeUndefined();
  expect(await stores.records.get('transaction', 'new', now)).toBe(1);
  await sweeping.stop();
});

test('an instance that never got credentials ends 30 days after it was used last', async () => {
  const { clock, stores, node } = createStage();
  const now = clock.now();
  await stores.instances.add(instance({ id: 'left', seenAt: now }));
  await stores.instances.add(instance({ id: 'used', seenAt: now }));
  const sweeping = node();
  await clock.leap(29 * day);
  await stores.instances.seen('used', clock.now());
  expect(await stores.instances.find('left')).toBeDefined();
  await clock.leap(day);
  expect(await stores.instances.find('left')).toBeUndefined();
  expect(await stores.instances.find('used')).toBeDefined();
  await sweeping.stop();
});

test('of two nodes one sweeps; when it stops, the other does', async () => {
  const { clock, swept, node, counted } = createStage();
  const [first, second] = [counted(), counted()];
  const [one, two] = [node(first), node(second)];
  await clock.advance(5 * minute);
  expect([first.sweeps, second.sweeps]).toEqual([5, 0]);
  await one.stop();
  await clock.advance(5 * minute);
  expect([first.sweeps, second.sweeps]).toEqual([5, 5]);
  expect(swept).toHaveLength(10);
  await two.stop();
});

test('when the node that sweeps is gone, another takes over within two rounds', async () => {
  const { clock, stores, node, counted } = createStage();
  const now = clock.now();
  await stores.leases.acquire({ name: 'sweep', owner: 'gone', now, until: now + 2 * minute });
  const survivor = counted();
  const sweeping = node(survivor);
  await clock.advance(minute);
  expect(survivor.sweeps).toBe(0);
  await clock.advance(minute);
  expect(survivor.sweeps).toBe(1);
  await sweeping.stop();
});

test('a store that is away is swept when it is back', async () => {
  const { clock, stores, warnings, node } = createStage();
  let away = true;
  let sweeps = 0;
  const sweeping = node({
    leases: stores.leases,
    sweep: async () => {
      if (away) throw new Error('away');
      sweeps += 1;
      return 0;
    },
  });
  await clock.advance(minute);
  expect(warnings).toHaveLength(1);
  away = false;
  await clock.advance(minute);
  expect([warnings.length, sweeps]).toEqual([1, 1]);
  await sweeping.stop();
  await clock.advance(10 * minute);
  expect(sweeps).toBe(1);
  expect(clock.waiting).toBe(0);
});
