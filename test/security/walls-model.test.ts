import { expect, test } from 'vitest';
import { notifyChanges } from '#src/gateway/notify-changes';
import type { Ids } from '#src/lib/ids';
import type { ChangeKey } from '#src/stores/change-feed';
import { createMemoryStores } from '#src/stores/memory/create';
import type { Stores } from '#src/stores/ports';
import { openStores, temporaryFile } from '../stores/sqlite-files.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { createWallsGateway } from './walls/gateway.ts';
import { play } from './walls/play.ts';
import { createRandom } from './walls/random.ts';

/** `WALLS_SEED` repeats one run: the sequence with that seed is its first. */
const seed = Number(process.env['WALLS_SEED'] ?? Date.now() % 1_000_000_007);
const steps = 40;

const countedIds = (name: string): Ids => {
  let count = 0;
  const next = (): string => {
    count += 1;
    return `${name}-${count}`;
  };
  return { uuid: next, secret: () => next().padEnd(43, '_') };
};

/** A change of one gateway invalidates the caches of all. */
const announcing = (doors: readonly Stores[]) => {
  const listeners = new Set<(key: ChangeKey) => void>();
  const invalidate = (keys: readonly ChangeKey[]): void => {
    for (const key of keys) for (const changed of listeners) changed(key);
  };
  return {
    announced: doors.map((stores) => notifyChanges(stores, { invalidate, send: async () => undefined })),
    hear: (changed: (key: ChangeKey) => void): void => void listeners.add(changed),
  };
};

const run = async (sequence: number, clock: ManualClock, doors: readonly Stores[]): Promise<number> => {
  const name = `w${sequence}`;
  const ids = countedIds(name);
  const { announced, hear } = announcing(doors);
  try {
    const { linked } = await play(
      {
        random: createRandom(sequence),
        clock,
        name,
        gatewaysOf: (settings) =>
          announced.map((stores) => createWallsGateway({ stores, settings, clock, ids, hear })),
      },
      steps,
    );
    return linked;
  } catch (cause) {
    throw new Error(`WALLS_SEED=${sequence}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
};

test('T13 nobody ever is in the account of somebody else: 10,000 sequences', {
  timeout: 120_000,
}, async () => {
  let linked = 0;
  for (let sequence = seed; sequence < seed + 10_000; sequence += 1)
    linked += await run(sequence, createManualClock(), [createMemoryStores()]);
  // The model would hold if nobody were ever linked.
  expect(linked).toBeGreaterThan(100);
});

test('T13 nor with two gateways on one database', { timeout: 120_000 }, async () => {
  const file = await temporaryFile();
  await using first = await openStores(file);
  await using second = await openStores(file);
  const clock = createManualClock();
  for (let sequence = seed; sequence < seed + 20; sequence += 1) await run(sequence, clock, [first, second]);
});
