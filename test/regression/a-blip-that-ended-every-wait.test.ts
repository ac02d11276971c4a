import { type Device, signInAtMvpd } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { openSession, polled, stream } from '../support/watch.ts';

// One 429, or three 503 in a row, ended everyone who waited for a code, 300 of 300. Waiting goes on to the end of the code.

const tvAndCode = async () => {
  const clock = createManualClock();
  const t = await startGateway({ overrides: { clock } });
  const tv = await t.signIn(t.device('tv'), 'ana');
  return { t, clock, tv, ...(await openSession(tv)) };
};

const logInAt = async (t: TestWorld, device: Device, url: string): Promise<void> => {
  const subscription = t.user('ana').subscriptions.find(({ mvpd }) => mvpd === 'Cablevision');
  if (!subscription) throw new Error('ana has no subscription at Cablevision');
  await signInAtMvpd(t.browser(device.address), url, subscription);
};

const countPolls = async ({ control }: TestWorld): Promise<number> =>
  reachedAdobe(await control.requests()).filter(({ operation }) => operation === 'profiles.code').length;

test('who waits outlasts a 429 with a date and an outage of Adobe', async () => {
  const { t, clock, tv, code, url } = await tvAndCode();
  await using _ = t;
  const match = { party: 'adobe', operation: 'profiles.code' };
  const date = new Date(clock.now()).toUTCString();
  const retryAfter = new Date(clock.now() + 20_000).toUTCString();
  const throttled = { kind: 'status', status: 429, headers: { date, 'retry-after': retryAfter } };
  await t.control.fault({ match, times: 1, fault: throttled });
  const streams = Promise.all(Array.from({ length: 20 }, () => stream(t, tv, code)));
  await polled(t);
  await t.control.fault({ match, times: 3, fault: { kind: 'status', status: 503, body: '<html>' } });
  await clock.advance(19_000);
  expect(await countPolls(t)).toBe(1);
  while ((await countPolls(t)) < 4) await clock.advance(250);
  await logInAt(t, tv, url);
  while ((await countPolls(t)) < 5) await clock.advance(250);
  for (const text of await streams) expect(text).toMatch(/^event: profile\ndata: .*"Cablevision"/m);
});

test('after a newer code nobody asks for the older one', async () => {
  const { t, clock, tv, code } = await tvAndCode();
  await using _ = t;
  const waiting = stream(t, tv, code);
  await polled(t);
  await openSession(tv);
  await clock.advance(4_000);
  expect(await waiting).toMatch(/^event: error\ndata: .*"gateway_code_expired"/m);
  await clock.advance(60_000);
  expect(await countPolls(t)).toBe(1);
  const again = await tv.call(`/REF30/profiles/code/${code}`);
  expect(again).toMatchObject({
    status: 400,
    body: { code: 'gateway_code_expired', action: 'authentication' },
  });
});

test('who still waits when the code ends is told to create a new session', async () => {
  const { t, clock, tv, code } = await tvAndCode();
  await using _ = t;
  await clock.leap(29 * 60_000);
  await t.signIn(tv, 'ana');
  const waiting = stream(t, tv, code);
  await polled(t);
  await clock.leap(60_000);
  expect(await waiting).toMatch(/^event: error\ndata: .*"gateway_code_expired".*/m);
});

test('the profile of an MVPD is waited for without a code, too', async () => {
  const { t, clock, tv, url } = await tvAndCode();
  await using _ = t;
  const asked = async () =>
    (await t.control.requests()).filter(({ operation }) => operation === 'profiles.mvpd').length;
  const headers = { prefer: 'wait=60' };
  const waiting = tv.call('/REF30/profiles/Cablevision', { headers });
  while ((await asked()) < 1);
  const began = clock.monotonic();
  await logInAt(t, tv, url);
  while ((await asked()) < 2) await clock.advance(1_000);
  expect(clock.monotonic() - began).toBeGreaterThanOrEqual(15_000);
  expect(await waiting).toMatchObject({
    status: 200,
    body: { profiles: { Cablevision: { type: expect.any(String) } } },
  });
  expect(await asked()).toBe(2);
});
