/** Adobe takes eleven calls at once from one address, then one a second, however many devices are behind it. */
import { type Device, signInAtMvpd } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { callsInFlight } from '../support/calls-in-flight.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { openSession, stream } from '../support/watch.ts';

const address = '203.0.113.60';

/** Signed in, and unknown to Adobe. */
const devicesOf = async (t: TestWorld, count: number): Promise<Device[]> => {
  const devices: Device[] = [];
  for (let index = 0; index < count; index += 1)
    devices.push(await t.signIn(t.device('tv', { id: `device ${index}`, address }), 'ana'));
  return devices;
};

const refusedByAdobe = (t: TestWorld): number =>
  t.simulator.control.requests().filter(({ party, status }) => party === 'adobe' && status === 429).length;

test('five devices of a household that start at once all get their answers, and none is refused by Adobe', async () => {
  const clock = createManualClock();
  await using t = await startGateway({ overrides: { clock }, worldClock: clock, throttled: true });
  const devices = await devicesOf(t, 5);
  const began = clock.monotonic();
  // Each takes four calls: registration, access token, profiles, session.
  const start = async (device: Device): Promise<number[]> => {
    const profiles = await device.profiles();
    const session = await device.createSession({
      mvpd: 'Cablevision',
      domainName: 'adobe.com',
      redirectUrl: 'https://adobe.com',
    });
    return [profiles.status, session.status];
  };
  const answers = await untilDone(t, clock, Promise.all(devices.map(start)));
  expect(clock.monotonic() - began).toBeLessThanOrEqual(10_000);
  expect(answers.map(([profiles]) => profiles)).toEqual([200, 200, 200, 200, 200]);
  expect(new Set(answers.map(([, session]) => session))).toEqual(new Set([200]));
  expect(refusedByAdobe(t)).toBe(0);
});

/** Time goes by until it is done. It stands still while a call is on its way to Adobe, whatever the machine takes for it. */
const untilDone = async <T>(t: TestWorld, clock: ManualClock, work: Promise<T>): Promise<T> => {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  using calls = callsInFlight(t.simulator.origins.adobe);
  while (!isDone) {
    do await fetch(`${t.adminOrigin}/livez`);
    while (calls.count > 0);
    await clock.advance(100);
  }
  return done;
};

test('thirty TVs behind one address with a code each all get their profiles, and none is refused by Adobe', async () => {
  const clock = createManualClock();
  await using t = await startGateway({ overrides: { clock }, worldClock: clock, throttled: true });
  const polls = () =>
    t.simulator.control.requests().filter(({ operation }) => operation === 'profiles.code').length;
  const waiting: { readonly url: string; readonly profile: Promise<string> }[] = [];
  for (const device of await devicesOf(t, 30)) {
    const { code, url } = await untilDone(t, clock, openSession(device));
    waiting.push({ url, profile: stream(t, device, code) });
  }
  const before = polls();
  await untilDone(t, clock, clock.wait(120_000));
  const inTwoMinutes = polls() - before;
  // Half of what the address may call, give or take those at the ends.
  expect(inTwoMinutes).toBeGreaterThanOrEqual(55);
  expect(inTwoMinutes).toBeLessThanOrEqual(63);

  const subscription = t.user('ana').subscriptions.find(({ mvpd }) => mvpd === 'Cablevision');
  if (!subscription) throw new Error('ana has no subscription');
  // On phones of other networks: what the household may call is left to the polls.
  for (const [index, { url }] of waiting.entries())
    await signInAtMvpd(t.browser(`198.51.100.${index}`), url, subscription);
  const loggedIn = clock.monotonic();
  const streams = await untilDone(t, clock, Promise.all(waiting.map(({ profile }) => profile)));
  expect(streams.map((text) => /^event: (\w+)/m.exec(text)?.[1])).toEqual(Array(30).fill('profile'));
  expect(clock.monotonic() - loggedIn).toBeLessThanOrEqual(61_000);
  expect(refusedByAdobe(t)).toBe(0);
});
