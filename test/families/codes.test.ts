import { expect, test } from 'vitest';
import { createCodes } from '#src/families/codes';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock } from '../support/manual-clock.ts';

const key = { serviceProvider: 'REF30', code: '8ER640M' };
const value = { family: 'ref', instance: 'tv', credentials: 'pair' };

const start = () => {
  const clock = createManualClock();
  return { clock, codes: createCodes({ records: createMemoryStores({ clock }).records, clock }) };
};

test('a code is remembered until it expires', async () => {
  const { clock, codes } = start();
  await codes.remember(key, value, clock.now() + 30 * 60_000);
  await clock.advance(30 * 60_000 - 1);
  expect(await codes.find(key, 'ref')).toEqual(value);
  await clock.advance(1);
  expect(await codes.find(key, 'ref')).toBeUndefined();
});

test('a code is remembered for an hour at most, whatever Adobe says', async () => {
  const { clock, codes } = start();
  await codes.remember(key, value, clock.now() + 1_000 * 60 * 60_000);
  await clock.advance(60 * 60_000 - 1);
  expect(await codes.find(key, 'ref')).toEqual(value);
  await clock.advance(1);
  expect(await codes.find(key, 'ref')).toBeUndefined();
});

test('a code belongs to one family and one service provider', async () => {
  const { clock, codes } = start();
  await codes.remember(key, value, clock.now() + 60_000);
  expect(await codes.find(key, 'other')).toBeUndefined();
  expect(await codes.find({ ...key, serviceProvider: 'REF40' }, 'ref')).toBeUndefined();
});
