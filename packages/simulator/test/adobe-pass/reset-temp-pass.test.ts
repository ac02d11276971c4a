import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Method } from '#src/client/request';
import { type Adobe, type AdobeDevice, firstDecision, startAdobe, tempPassIdentity } from './client.ts';

let world: Adobe;
let tv: AdobeDevice;
beforeAll(async () => {
  world = await startAdobe();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await world.post('/_control/reset', {});
  tv = await world.deviceOf();
});

const promotional = { mvpd: 'flexibleTempPass', headers: tempPassIdentity() };
const place = { requestor_id: 'REF30', mvpd_id: 'TempPass_TEST40' };
const reset = (
  path: string,
  query: Record<string, string>,
  { bearer, method = 'DELETE' }: { bearer?: string; method?: Method } = {},
) =>
  world.adobe(`/reset-tempass/v3/reset${path}?${new URLSearchParams({ ...place, ...query })}`, {
    method,
    headers: { authorization: `Bearer ${bearer ?? tv.raw.bearer}` },
  });
const isOver = async (
  device = tv,
  asked: Parameters<AdobeDevice['decide']>[1] = { mvpd: 'TempPass_TEST40' },
) => firstDecision(await device.decide('authorize', asked))['authorized'] === false;

test.each([
  ['its id', 'ref30-tv'],
  ['the hash of its id', createHash('sha256').update('ref30-tv').digest('hex')],
  ['the header’s value', Buffer.from('ref30-tv').toString('base64')],
])('of one device, by %s, does not affect another', async (_, device_id) => {
  const other = await world.deviceOf('ref30-tv', 'other');
  for (const device of [tv, other]) await isOver(device);
  await world.clock.advance(180_000);
  expect((await reset('', { device_id })).status).toBe(204);
  expect(await isOver()).toBe(false);
  expect(await isOver(other)).toBe(true);
});

test.each([
  ['no device', {}],
  ['the device "all"', { device_id: 'all' }],
])('of all devices, by %s', async (_, query) => {
  await isOver();
  await world.clock.advance(180_000);
  expect((await reset('', query)).status).toBe(204);
  expect(await isOver()).toBe(false);
});

describe('of a promotional TempPass', () => {
  const hash = createHash('sha256').update('someone').digest('hex');
  const mvpd_id = 'flexibleTempPass';

  test.each([
    ['the hash', { key: hash }],
    ['the identifier', { key: 'someone' }],
    ['"all"', { key: 'all' }],
    ['no key', {}],
  ])('of an identity, by %s, leaves its devices', async (_, query) => {
    const elsewhere = await world.deviceOf('ref30-tv', 'elsewhere');
    await isOver(tv, promotional);
    await world.clock.advance(180_000);
    expect((await reset('/generic', { mvpd_id, ...query })).status).toBe(204);
    expect(await isOver(elsewhere, promotional)).toBe(false);
    expect(await isOver(tv, promotional)).toBe(true);
  });

  test('of all devices leaves its identities', async () => {
    await isOver(tv, promotional);
    await world.clock.advance(180_000);
    await reset('', { mvpd_id });
    expect(await isOver(tv, promotional)).toBe(true);
    await reset('/generic', { mvpd_id });
    expect(await isOver(tv, promotional)).toBe(false);
  });
});

test('a hashed identifier is the same identity as the identifier', async () => {
  await isOver(tv, { mvpd: 'flexibleTempPass', headers: tempPassIdentity('someone') });
  await world.clock.advance(180_000);
  const headers = tempPassIdentity(createHash('sha256').update('someone').digest('hex'));
  const elsewhere = await world.deviceOf('ref30-tv', 'elsewhere');
  expect(await isOver(elsewhere, { mvpd: 'flexibleTempPass', headers })).toBe(true);
});

test.each([
  ['no bearer', '', 401],
  ['an unknown bearer', 'none', 401],
])('%s: status %s', async (_, bearer, status) => {
  await isOver();
  await world.clock.advance(180_000);
  expect((await reset('', {}, { bearer })).status).toBe(status);
  expect(await isOver()).toBe(true);
});

test('the bearer of another programmer’s app, or of a revoked one: status 403', async () => {
  const other = await world.deviceOf('ref40-phone');
  expect((await reset('', {}, { bearer: other.raw.bearer })).status).toBe(403);
  await world.control('/apps', { app: 'ref30-tv', softwareStatement: 'revoked' });
  expect((await reset('', {})).body).toMatchObject({ status: 403, code: 'forbidden_access_token' });
});

test.each([
  ['a TV provider', '', { mvpd_id: 'Cablevision' }, 'invalid_parameter_mvpd'],
  ['an unknown TempPass', '', { mvpd_id: 'none' }, 'invalid_parameter_mvpd'],
  ['identities of a basic TempPass', '/generic', {}, 'invalid_parameter_mvpd'],
  ['an unknown requestor', '', { requestor_id: 'none' }, 'invalid_parameter_service_provider'],
])('%s: status 400', async (_, path, query, code) => {
  expect((await reset(path, query)).body).toMatchObject({ status: 400, code });
});

test('is a DELETE only', async () => {
  expect((await reset('', {}, { method: 'POST' })).status).toBe(405);
});
