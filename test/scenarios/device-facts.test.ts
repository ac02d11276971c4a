import { request } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { createLog } from '#src/observability/logger';
import { reachedAdobe } from '../support/answers.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** As in Adobe's own samples: a comma is missing. */
const sample = base64(
  '{"primaryHardwareType": "SetTopBox", "model": "TV 5th Gen", "osName": "tvOS" "osVersion": "11.0"}',
);

const acceptAnything = ({ simulator }: TestWorld) =>
  request({
    method: 'PUT',
    url: `${simulator.origins.adobe}/_control/switches`,
    json: { deviceInfo: 'any' },
  });

/** Counted problems: `{ 'ref30-tv absent': 1 }`. */
const problemsAt = async ({ adminOrigin }: TestWorld): Promise<Record<string, number>> => {
  const { text } = await request({ url: `${adminOrigin}/metrics` });
  const lines = text.matchAll(/^kinpass_device_problems_total\{app="(.+)",problem="(.+)"\} (\d+)$/gm);
  return Object.fromEntries(
    [...lines].map(([, app, problem, count]) => [`${app} ${problem}`, Number(count)]),
  );
};

test('a description that cannot be read reaches Adobe as it is, is counted, and warned of once a minute', async () => {
  const lines: string[] = [];
  const clock = createManualClock();
  const log = createLog('warn', { write: (text) => lines.push(text) });
  await using t = await startGateway({ overrides: { clock, log } });
  await acceptAnything(t);
  const tv = await t.signIn(t.device('tv'), 'ana');
  const call = () => tv.call('/REF30/profiles', { headers: { ...tv.headers, 'x-device-info': sample } });
  await t.control.clearRequests();
  expect((await call()).status).toBe(200);
  await call();
  expect(lines.filter((line) => line.includes('X-Device-Info'))).toHaveLength(1);
  await clock.advance(60_000);
  await call();
  expect(lines.filter((line) => line.includes('X-Device-Info'))).toHaveLength(2);
  const sent = reachedAdobe(await t.control.requests()).filter(
    ({ operation }) => operation === 'profiles.all',
  );
  expect(sent.map(({ headers }) => headers['x-device-info'])).toEqual([sample, sample, sample]);
  expect(await problemsAt(t)).toEqual({ 'ref30-tv unreadable': 3 });
});

test.each([
  ['JSON with a missing comma', sample],
  ['a list', base64('["TV"]')],
  ['JSON that is not encoded', '{"model":"TV"}'],
])('with strict settings it is refused: %s', async (_what, value) => {
  await using t = await startGateway({ settings: { adobe: { deviceInfo: 'strict' } } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  await t.control.clearRequests();
  const { status, body } = await tv.call('/REF30/profiles', {
    headers: { ...tv.headers, 'x-device-info': value },
  });
  expect({ status, ...body }).toMatchObject({
    status: 400,
    code: 'invalid_header_device_info',
    message: expect.stringContaining('X-Device-Info'),
  });
  expect(reachedAdobe(await t.control.requests())).toEqual([]);
});

describe('metrics tell what keeps Adobe from knowing a device', () => {
  test('no description, and none of what is required', async () => {
    await using t = await startGateway();
    const tv = await t.signIn(t.device('tv'), 'ana');
    const before = await problemsAt(t);
    await tv.call('/REF30/configuration', { headers: { ...tv.headers, 'x-device-info': '' } });
    const info = base64('{"osName":"Roku","version":"9","connectionType":"LAN"}');
    await tv.call('/REF30/configuration', { headers: { ...tv.headers, 'x-device-info': info } });
    expect(before).toEqual({});
    expect(await problemsAt(t)).toEqual({
      'ref30-tv absent': 1,
      'ref30-tv unknown_platform': 1,
      'ref30-tv missing_model': 1,
      'ref30-tv missing_os_version': 1,
    });
  });

  test('no port, in calls about an MVPD that needs it', async () => {
    await using t = await startGateway({ settings: { adobe: { portNeededBy: ['Dish'] } } });
    const tv = await t.signIn(t.device('tv'), 'ana');
    const form = { domainName: 'adobe.com', redirectUrl: 'https://adobe.com' };
    const open = (mvpd: string) => tv.createSession({ ...form, mvpd });
    await open('Cablevision');
    await tv.profiles();
    expect(await problemsAt(t)).toEqual({});
    await open('Dish');
    await tv.call('/REF30/profiles/Dish');
    expect(await problemsAt(t)).toEqual({ 'ref30-tv no_port': 2 });
    const headers = { ...tv.headers, 'x-forwarded-for': `${tv.address}:4711` };
    await tv.call('/REF30/profiles/Dish', { headers });
    expect(await problemsAt(t)).toEqual({ 'ref30-tv no_port': 2 });
  });
});
