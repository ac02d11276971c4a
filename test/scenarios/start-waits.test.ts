import { approveDevice } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { createAdminClient } from '../support/admin.ts';
import { createManualClock } from '../support/manual-clock.ts';
import {
  adobeWas,
  clientOf,
  landing,
  logInAt,
  type StartEvent,
  startEvents,
  startOn,
  stepOf,
  useTokens,
} from '../support/start.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const approve = (t: TestWorld, qr: string | undefined) =>
  approveDevice(t.browser(), String(qr), { provider: 'dtc', user: t.user('ana') });

/** The next event of a stream, which must be an answer. */
const next = async (events: AsyncGenerator<StartEvent>) => {
  const { value } = await events.next();
  if (value?.event !== 'start') throw new Error(`${JSON.stringify(value)} is no answer`);
  return value.answer;
};

const wish = { mvpd: 'Cablevision', ...landing };

test('one stream takes a TV from its code to play', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  const events = startEvents(t, tv, { question: { ...clientOf(tv), ...wish } });
  const { qr } = stepOf(await next(events), 'sign-in');
  await approve(t, qr);
  const approved = await next(events);
  expect(approved.tokens).toMatchObject({ access_token: expect.any(String) });
  const { url } = stepOf(approved, 'authenticate');
  await logInAt(t, url, 'ana', 'Cablevision');
  expect(await next(events)).toMatchObject({
    profile: { mvpd: 'Cablevision' },
    next: { step: 'play', mvpd: 'Cablevision' },
  });
  expect(await events.next()).toMatchObject({ done: true });
  // The tokens are good for the calls that follow.
  useTokens(tv, approved);
  expect(await startOn(tv)).toMatchObject({ next: { step: 'play' } });
});

test('an answer with a new code is not held back; the next one is, until the viewer has approved', async () => {
  await using t = await startGateway();
  const tv = t.device('tv');
  const wait = { prefer: 'wait=60' };
  const { device_code = '', qr } = stepOf(await startOn(tv, clientOf(tv), wait), 'sign-in');
  const held = startOn(tv, { ...clientOf(tv), device_code }, wait);
  await approve(t, qr);
  const approved = await held;
  useTokens(tv, approved);
  expect(stepOf(approved, 'choose-provider').providers.length).toBeGreaterThan(0);

  const { url } = stepOf(await startOn(tv, wish, wait), 'authenticate');
  const done = startOn(tv, wish, wait);
  await logInAt(t, url, 'ana', 'Cablevision');
  expect(await done).toMatchObject({ next: { step: 'play' } });
});

test('a TV that waits for a choice learns what its viewer chose elsewhere', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const events = startEvents(t, tv);
  stepOf(await next(events), 'choose-provider');
  const { url, code } = stepOf(await startOn(tv, wish), 'authenticate');
  expect(stepOf(await next(events), 'authenticate').code).toBe(code);
  await logInAt(t, url, 'ana', 'Cablevision');
  expect(stepOf(await next(events), 'play').mvpd).toBe('Cablevision');
});

test('who comes back with what they know is told what is new, and nothing twice', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const first = await next(startEvents(t, tv, { question: wish }));
  const { url } = stepOf(first, 'authenticate');
  const headers = { 'last-event-id': first.id };
  const again = startEvents(t, tv, { question: wish, headers });
  const waiting = next(again);
  await logInAt(t, url, 'ana', 'Cablevision');
  expect(await waiting).toMatchObject({ next: { step: 'play' } });
  // Away when it happened: told at once.
  const late = await startOn(tv, wish, { ...headers, prefer: 'wait=60' });
  expect(late).toMatchObject({ next: { step: 'play' } });
});

test('an expired code is followed by its successor on the same stream', async () => {
  const clock = createManualClock();
  await using t = await startGateway({ overrides: { clock }, worldClock: clock });
  const tv = t.device('tv');
  const events = startEvents(t, tv, { question: clientOf(tv) });
  const first = stepOf(await next(events), 'sign-in');
  const second = await passUntil(clock, 605_000, next(events));
  const successor = stepOf(second, 'sign-in');
  expect(successor).toMatchObject({ reason: 'expired' });
  expect(successor.code).not.toBe(first.code);
  const { device_code = '' } = successor;
  const again = await startOn(tv, { ...clientOf(tv), device_code });
  expect(stepOf(again, 'sign-in').code).toBe(successor.code);
});

test('an expired session is followed by its successor on the same stream', async () => {
  const clock = createManualClock();
  await using t = await startGateway({ overrides: { clock }, worldClock: clock });
  const tv = await t.signIn(t.device('tv'), 'ana');
  const half = { question: wish };
  await startOn(tv, wish);
  await clock.advance(20 * 60_000);
  const events = startEvents(t, tv, half);
  const first = stepOf(await next(events), 'authenticate');
  const { code } = stepOf(await passUntil(clock, 11 * 60_000, next(events)), 'authenticate');
  expect(code).not.toBe(first.code);
});

test('revocation ends those who wait', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const events = startEvents(t, tv, { question: wish });
  const { viewer } = await next(events);
  const account = { kind: 'account', id: String(viewer?.sub), reason: 'stolen' } as const;
  await createAdminClient(t.adminOrigin).revoke(account);
  expect((await events.next()).value).toMatchObject({ event: 'error', error: { status: 401 } });
  expect(await events.next()).toMatchObject({ done: true });
});

test('however many wait for one code, Adobe is asked once at a time', async () => {
  await using t = await startGateway();
  const tv = await t.signIn(t.device('tv'), 'ana');
  const { url } = stepOf(await startOn(tv, wish), 'authenticate');
  const { result, asked } = await adobeWas(t, async () => {
    const streams = Array.from({ length: 5 }, () => startEvents(t, tv, { question: wish }));
    for (const events of streams) await next(events);
    await logInAt(t, url, 'ana', 'Cablevision');
    return Promise.all(streams.map(next));
  });
  expect(new Set(result.map((answer) => answer.next?.step))).toEqual(new Set(['play']));
  expect(asked.filter((operation) => operation === 'profiles.code').length).toBeLessThanOrEqual(3);
  expect(asked).not.toContain('sessions.create');
});

/** Lets time pass, a little after the other, until something has come of it. */
const passUntil = async <T>(
  clock: ReturnType<typeof createManualClock>,
  ms: number,
  awaited: Promise<T>,
): Promise<T> => {
  let isDone = false;
  const done = awaited.finally(() => {
    isDone = true;
  });
  await clock.advance(ms);
  while (!isDone) await clock.advance(1_000);
  return done;
};
