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

const tv = {
  identifier: 'fingerprint dHY=',
  info: 'e30=',
  address: '203.0.113.10',
  headers: { accept: 'application/json', 'user-agent': 'TV/1.0', 'ap-visitor-identifier': 'visitor' },
};

test('of the device that created it, what profile by code needs is remembered, and nothing that names a viewer', async () => {
  const { clock, codes } = start();
  const headers = { ...tv.headers, 'ap-temppass-identity': 'ana', 'adobe-subject-token': 'ana' };
  const created = { ...value, viewer: 'ana', device: { ...tv, headers } };
  await codes.remember(key, created, clock.now() + hour);
  expect(await codes.find(key, 'ref')).toEqual({ ...value, viewer: 'ana', device: tv });
});

test('a new code of the same device supersedes the one before', async () => {
  const { clock, codes } = start();
  const next = { ...key, code: 'ABCD124' };
  const other = { serviceProvider: 'REF40', code: 'WXYZ123' };
  await codes.rememberNewest(key, value, clock.now() + hour);
  await codes.rememberNewest(key, value, clock.now() + hour);
  await codes.rememberNewest(other, value, clock.now() + hour);
  await codes.rememberNewest(
    { ...key, code: 'ABCD125' },
    { ...value, credentials: 'pair-2' },
    clock.now() + hour,
  );
  expect(await codes.find(key, 'ref')).toEqual(value);
  await codes.rememberNewest(next, value, clock.now() + hour);
  expect(await codes.find(key, 'ref')).toBeUndefined();
  expect(await codes.find(next, 'ref')).toEqual(value);
  expect(await codes.find(other, 'ref')).toEqual(value);
});

test('the code itself is not stored, and a record of another shape is unknown', async () => {
  const { clock, records, codes } = start();
  const place = fingerprint(compositeKey('REF30', 'ABCD123'));
  await codes.remember(key, value, clock.now() + hour);
  expect(await records.get('adobe-code', place, clock.now())).toEqual(value);
  await records.put('adobe-code', place, { value: { family: 'ref' }, expiresAt: clock.now() + hour });
  expect(await codes.find(key, 'ref')).toBeUndefined();
});
