import { approveDevice, type Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientOf, landing, logInAt, startOn, stepOf, useTokens } from '../support/start.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let t: TestWorld;
let tv: Device;
beforeAll(async () => {
  t = await startGateway();
  tv = t.device('tv');
});
afterAll(() => t[Symbol.asyncDispose]());

const metrics = async (): Promise<string> => (await fetch(`${t.adminOrigin}/metrics`)).text();

test('a way from start to play is measured, and a profile counts once', async () => {
  const { qr, device_code } = stepOf(await startOn(tv, clientOf(tv)), 'sign-in');
  await approveDevice(t.browser(), String(qr), { provider: 'dtc', user: t.user('ana') });
  useTokens(tv, await startOn(tv, { ...clientOf(tv), device_code: String(device_code) }));
  const { url } = stepOf(await startOn(tv, { mvpd: 'Cablevision', ...landing }), 'authenticate');
  await logInAt(t, url, 'ana', 'Cablevision');
  for (const _ of [1, 2]) stepOf(await startOn(tv, { mvpd: 'Cablevision' }), 'play');

  const text = await metrics();
  expect(text).toContain('kinpass_start_to_play_seconds_count{app="ref30-tv"} 1\n');
  expect(text).toContain('kinpass_profiles_found_total{app="ref30-tv",type="regular"} 1\n');
});

test('a profile that is found again from another address is no other one', async () => {
  const moved = t.device('tv', { address: '203.0.113.200' });
  moved.use(tv.tokens);
  await startOn(moved, {}, { 'cache-control': 'no-cache' });
  expect(await metrics()).toContain('kinpass_profiles_found_total{app="ref30-tv",type="regular"} 1\n');
});

test('a login that the second app spares its viewer is counted', async () => {
  const phone = await t.signIn(t.device('phone'), 'ana', 'google');
  for (const _ of [1, 2]) stepOf(await startOn(phone), 'play');
  expect(await metrics()).toContain(
    'kinpass_profiles_found_total{app="ref40-phone",type="serviceTokenSSO"} 1\n',
  );
});

test('denials are counted by reason, and one that Adobe does not document as another', async () => {
  const deny = (code: string) =>
    t.control.fault({
      match: { operation: 'decisions.authorize' },
      times: 1,
      fault: {
        kind: 'body',
        body: JSON.stringify({
          decisions: [
            {
              resource: 'news',
              serviceProvider: 'REF30',
              mvpd: 'Cablevision',
              source: 'mvpd',
              authorized: false,
              error: { status: 403, code, action: 'none', message: 'no' },
            },
          ],
        }),
      },
    });
  for (const code of ['authorization_denied_by_mvpd', 'made_up']) {
    await deny(code);
    await tv.authorize('Cablevision', ['news']);
  }
  const text = await metrics();
  expect(text).toContain('kinpass_denials_total{reason="authorization_denied_by_mvpd"} 1\n');
  expect(text).toContain('kinpass_denials_total{reason="other"} 1\n');
});
