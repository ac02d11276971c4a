import type { IncomingMessage } from 'node:http';
import { createBrowser } from '@kinpass/simulator/browser';
import { type Device, signInAtMvpd } from '@kinpass/simulator/client';
import { expect, test, vi } from 'vitest';
import { passThrough } from '../../support/pass-through.ts';
import { startWorkers, type WorkersWorld } from '../../support/start-workers.ts';
import { openSession } from '../../support/watch.ts';

// Three processes start in each test, beside those of other tests.
vi.setConfig({ testTimeout: 90_000 });

const bearerOf = (device: Device) => ({
  ...device.headers,
  authorization: `Bearer ${device.tokens?.accessToken}`,
});

/** Streams over connections of their own: of ten, both workers have some. */
const openStreams = async (t: WorkersWorld, device: Device, code: string) => {
  const headers = { ...bearerOf(device), accept: 'text/event-stream' };
  const streams = await Promise.all(
    Array.from({ length: 10 }, () => t.open(`/api/v2/REF30/profiles/code/${code}`, headers)),
  );
  return streams.map(([answer]) => {
    expect(answer.headers['content-type']).toBe('text/event-stream');
    return textOf(answer);
  });
};

const textOf = async (answer: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of answer) text += chunk;
  return text;
};

const askedAdobe = async (t: WorkersWorld, operation: string) =>
  (await t.control.requests()).filter((request) => request.operation === operation);

test('Adobe is asked once for a code, and every stream on every worker gets the profile', async () => {
  await using t = await startWorkers(2);
  const tv = await t.signIn('tv', 'ana');
  const { code, url } = await openSession(tv);
  const streams = await openStreams(t, tv, code);
  await expect
    .poll(async () => (await askedAdobe(t, 'profiles.code')).length, { timeout: 20_000 })
    .toBeGreaterThan(1);
  const subscription = t.simulator.fixtures.users
    .find(({ id }) => id === 'ana')
    ?.subscriptions.find(({ mvpd }) => mvpd === 'Cablevision');
  if (!subscription) throw new Error('ana has no subscription at Cablevision');
  await signInAtMvpd(createBrowser({ address: tv.address }), url, subscription);
  for (const text of await Promise.all(streams))
    expect(text).toMatch(/^event: profile\ndata: .*"Cablevision"/m);
  const polls = (await askedAdobe(t, 'profiles.code')).map(({ at }) => Date.parse(at));
  const pauses = polls.slice(1).map((at, index) => at - (polls[index] ?? 0));
  expect(pauses.filter((pause) => pause < 3_500)).toEqual([]);
});

test('a revocation is acknowledged when every worker knows it, and ends streams on all of them', async () => {
  await using t = await startWorkers(2);
  const tv = await t.signIn('tv', 'ana');
  const { code } = await openSession(tv);
  const streams = await openStreams(t, tv, code);
  const { sub } = JSON.parse((await t.get('/me', bearerOf(tv))).body) as { sub: string };
  const call = () => t.get('/api/v2/REF30/profiles', bearerOf(tv));
  expect((await call()).status).toBe(200);
  expect((await t.admin.revoke({ kind: 'account', id: sub })).status).toBe(200);
  const calls = await Promise.all(Array.from({ length: 10 }, call));
  expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([401]));
  for (const text of await Promise.all(streams)) expect(text).not.toContain('event: profile');
});

test("the calls of a device stay within Adobe's limit, whichever workers they reach", async () => {
  const throttle = { perSecond: 1, burst: 3, longestWait: '4s' };
  await using t = await startWorkers(2, { adobe: { throttle }, ...passThrough });
  const tv = await t.signIn('tv', 'ana');
  const calls = await Promise.all(
    Array.from({ length: 16 }, () => t.get('/api/v2/REF30/profiles', bearerOf(tv))),
  );
  const statuses = Object.groupBy(calls, ({ status }) => status);
  expect(statuses[200]?.length).toBeGreaterThanOrEqual(4);
  expect(statuses[503]?.length).toBeGreaterThanOrEqual(4);
  const sent = (await t.control.requests())
    .filter(({ party, headers }) => party === 'adobe' && headers['x-forwarded-for'] === tv.address)
    .map(({ at }) => Date.parse(at));
  // A bucket of four that fills by one a second; each may arrive a little later than it was sent.
  const late = 300;
  const full = sent.filter((at, index) => {
    const [fourthBefore] = sent.slice(Math.max(0, index - 4));
    return index >= 4 && at - (fourthBefore ?? 0) < 1_000 - late;
  });
  expect([sent.length >= 4, full]).toEqual([true, []]);
});
