import { expect, test } from 'vitest';
import type { Json } from '#src/lib/json';
import type { Start } from '../conformance.ts';
import { numbers, rivals, strangeKeys } from './rivals.ts';
import { startTimed } from './timed.ts';

const minute = 60_000;

const values: readonly Json[] = [
  null,
  true,
  0,
  -0.5,
  '',
  'nul\0in',
  [],
  {},
  [null, [{ a: [] }]],
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'),
  { big: 'x'.repeat(100_000), ключ: '😀' },
];

export const recordPromises = (start: Start): void => {
  test('a value comes back as it was put, until it is deleted', async () => {
    const { stores, rival, clock } = await startTimed(start);
    for (const value of values) {
      await stores.records.put('transaction', 'k', { value, expiresAt: clock.now() + minute });
      expect(JSON.stringify(await rival.records.get('transaction', 'k'))).toBe(JSON.stringify(value));
    }
    await rival.records.delete('transaction', 'k');
    expect(await stores.records.get('transaction', 'k')).toBeUndefined();
    await stores.records.delete('transaction', 'unknown');
  });

  test('many are put together, as they are put one by one', async () => {
    const { stores, rival, clock } = await startTimed(start);
    const expiresAt = clock.now() + minute;
    await stores.records.put('trace', 'k1', { value: 'before', expiresAt });
    const entries = values.map((value, index) => ({ key: `k${index}`, value, expiresAt: expiresAt + index }));
    await stores.records.putAll('trace', entries);
    await stores.records.putAll('trace', []);
    for (const [index, value] of values.entries())
      expect(JSON.stringify(await rival.records.get('trace', `k${index}`))).toBe(JSON.stringify(value));
    await clock.advance(minute + 1);
    expect(await rival.records.get('trace', 'k1')).toBeUndefined();
    expect(JSON.stringify(await rival.records.get('trace', 'k2'))).toBe(JSON.stringify(values[2]));
  });

  test('what is stored is nobody else’s to change', async () => {
    const { stores, clock } = await startTimed(start);
    const value = { list: [1] };
    await stores.records.put('adobe-code', 'k', { value, expiresAt: clock.now() + minute });
    value.list.push(2);
    const got = await stores.records.get('adobe-code', 'k');
    if (got && typeof got === 'object' && !Array.isArray(got)) got['list'] = [];
    expect(await stores.records.get('adobe-code', 'k')).toEqual({ list: [1] });
  });

  test('kinds and strange keys stay apart', async () => {
    const { stores, clock } = await startTimed(start);
    const expiresAt = clock.now() + minute;
    for (const key of strangeKeys) {
      await stores.records.put('adobe-code', key, { value: ['adobe-code', key], expiresAt });
      await stores.records.put('transaction', key, { value: ['poll', key], expiresAt });
    }
    for (const key of strangeKeys) {
      expect(await stores.records.take('transaction', key)).toEqual(['poll', key]);
      expect(await stores.records.get('adobe-code', key)).toEqual(['adobe-code', key]);
    }
  });

  test('an expired value is never answered, not even at its last millisecond', async () => {
    const { stores, clock } = await startTimed(start);
    const entry = { value: 'v', expiresAt: clock.now() + minute };
    for (const key of ['got', 'taken']) await stores.records.put('transaction', key, entry);
    await clock.advance(minute - 1);
    expect(await stores.records.get('transaction', 'got')).toBe('v');
    await clock.advance(1);
    expect(await stores.records.get('transaction', 'got')).toBeUndefined();
    expect(await stores.records.take('transaction', 'taken')).toBeUndefined();
  });

  test('putting again renews value and expiry', async () => {
    const { stores, clock } = await startTimed(start);
    await stores.records.put('transaction', 'k', { value: 1, expiresAt: clock.now() + minute });
    await clock.advance(2 * minute);
    await stores.records.put('transaction', 'k', { value: 2, expiresAt: clock.now() + minute });
    expect(await stores.records.get('transaction', 'k')).toBe(2);
  });

  test('200 rivals take 20 codes: each code has exactly one winner', async () => {
    const given = await startTimed(start);
    const expiresAt = given.clock.now() + minute;
    for (const code of numbers(20)) {
      await given.stores.records.put('transaction', `code ${code}`, { value: code, expiresAt });
    }
    const taken = await rivals(given, 200, (through, index) =>
      through.records.take('transaction', `code ${Math.floor(index / 10)}`),
    );
    const won = taken.filter((value) => value !== undefined);
    expect(won.sort((a, b) => Number(a) - Number(b))).toEqual(numbers(20));
  });

  test('what has not expired outlives any number of writes', async () => {
    const { stores, clock } = await startTimed(start);
    await stores.records.put('client-token', 'kept', { value: 'kept', expiresAt: clock.now() + 60 * minute });
    for (const index of numbers(300)) {
      await stores.records.put('transaction', `k${index}`, { value: index, expiresAt: clock.now() + 1 });
      await clock.advance(1);
    }
    expect(await stores.records.get('client-token', 'kept')).toBe('kept');
    expect(await stores.records.get('transaction', 'k299')).toBeUndefined();
  });
};
