import { expect, test } from 'vitest';
import type { Trace } from '#src/flows/trace';
import { createTraceQueue } from '#src/flows/trace-queue';
import type { RecordEntry } from '#src/stores/expiring-ports';
import { createManualClock } from '../support/manual-clock.ts';

const trace: Trace = {
  at: 0,
  operation: 'profiles.all',
  method: 'GET',
  stage: 'adobe',
  status: 500,
  ms: 1,
  attempts: [],
};

const start = () => {
  const clock = createManualClock();
  const writes: (readonly RecordEntry[])[] = [];
  const counts: Record<string, number> = {};
  const store = { put: async (): Promise<void> => undefined };
  const queue = createTraceQueue({
    records: {
      putAll: (_kind, entries) => {
        writes.push(entries);
        return store.put();
      },
    },
    clock,
    log: { warn: () => undefined },
    counted: ({ result, count }) => {
      counts[result] = (counts[result] ?? 0) + count;
    },
  });
  return { clock, writes, counts, store, queue };
};

test('nothing is written while a request is answered; a second later all of it is, in one transaction', async () => {
  const { clock, writes, counts, queue } = start();
  for (let index = 0; index < 100; index += 1) queue.add(`request-${index}`, trace, 1);
  expect(writes).toEqual([]);
  await clock.advance(1_000);
  expect(writes.map((entries) => entries.length)).toEqual([100]);
  expect(counts).toEqual({ stored: 100 });
  expect(clock.waiting).toBe(0);
});

test("Adobe's id leads to the request", async () => {
  const { clock, writes, queue } = start();
  queue.add('request-1', { ...trace, adobeTrace: 'adobe-id-1' }, 7);
  await clock.advance(1_000);
  expect(writes[0]).toMatchObject([
    { key: 'request-1', value: { status: 500 }, expiresAt: 7 },
    { key: 'adobe-id-1', value: { request: 'request-1' }, expiresAt: 7 },
  ]);
});

test('while the store does not respond, a bounded number waits and the rest is dropped', async () => {
  const { clock, writes, counts, store, queue } = start();
  const slow = Promise.withResolvers<void>();
  store.put = () => slow.promise;
  queue.add('first-request', trace, 1);
  await clock.advance(1_000);
  for (let index = 0; index < 1_500; index += 1) queue.add(`request-${index}`, trace, 1);
  expect(counts).toEqual({ dropped: 500 });
  slow.resolve();
  store.put = async () => undefined;
  await new Promise(setImmediate);
  await clock.advance(1_000);
  expect(writes.map((entries) => entries.length)).toEqual([1, 1_000]);
});

test('what cannot be stored is lost and counted, and the next is stored', async () => {
  const { clock, counts, store, queue } = start();
  store.put = () => Promise.reject(new Error('away'));
  queue.add('request-1', trace, 1);
  await clock.advance(1_000);
  store.put = async () => undefined;
  queue.add('request-2', trace, 1);
  await clock.advance(1_000);
  expect(counts).toEqual({ failed: 1, stored: 1 });
});

test('closing stores what is left', async () => {
  const { writes, queue } = start();
  queue.add('request-1', trace, 1);
  await queue.close();
  expect(writes).toHaveLength(1);
});
