import { expect, test } from 'vitest';
import { createCodes } from '#src/families/codes';
import { fingerprint } from '#src/lib/ids';
import { compositeKey } from '#src/lib/single-flight';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock } from '../support/manual-clock.ts';

const key = { serviceProvider: 'REF30', code: 'ABCD123' };
const value = { family: 'ref', instance: 'this-tv', credentials: 'pair-1' };
const hour = 3_600_000;

const start = () => {
  const clock = createManualClock();
  const { records } = createMemoryStores();
  return { clock, records, codes: createCodes({ records, clock }) };
};

test('a code leads to who created it, in its own family only', async () => {
  const { clock, codes } = start();
  await codes.remember(key, value, clock.now() + hour);
  expect(await codes.find(key, 'ref')).toEqual(value);
  expect(await codes.find(key, 'other')).toBeUndefined();
});

test('the same code at another service provider, and another code, are unknown', async () => {
  const { clock, codes } = start();
  await codes.remember(key, value, clock.now() + hour);
  expect(await codes.find({ ...key, serviceProvider: 'REF40' }, 'ref')).toBeUndefined();
  expect(await codes.find({ ...key, code: 'ABCD124' }, 'ref')).toBeUndefined();
});

test.each([
  ['until Adobe’s end of it', 1_000, 1_000],
  ['for an hour, whatever Adobe says', 5 * hour, hour],
])('a code is remembered %s', async (_what, adobe, kept) => {
  const { clock, codes } = start();
  await codes.remember(key, value, clock.now() + adobe);
  await clock.advance(kept - 1);
  expect(await codes.find(key, 'ref')).toEqual(value);
  await clock.advance(1);
  expect(await codes.find(key, 'ref')).toBeUndefined();
});

test('the code itself is not stored, and a record of another shape is unknown', async () => {
  const { clock, records, codes } = start();
  const place = fingerprint(compositeKey('REF30', 'ABCD123'));
  await codes.remember(key, value, clock.now() + hour);
  expect(await records.get('adobe-code', place, clock.now())).toEqual(value);
  await records.put('adobe-code', place, { value: { family: 'ref' }, expiresAt: clock.now() + hour });
  expect(await codes.find(key, 'ref')).toBeUndefined();
});
