import { describe, expect, test } from 'vitest';
import { rankOf } from '#src/adobe-pass/fair-order';
import { createRateLimiter } from '#src/adobe-pass/rate-limiter';
import { hasCode, KinpassError } from '#src/lib/errors';
import type { Limits } from '#src/soft-state/allowance';
import { createAllowances } from '#src/soft-state/local/allowances';
import { createManualClock } from '../support/manual-clock.ts';

const home = '203.0.113.7';
const adobe: Limits = { mode: 'regenerating', perSecond: 1, burst: 10 };

const start = (limits: Limits = adobe, maxWait = 5_000) => {
  const clock = createManualClock();
  const began = clock.monotonic();
  const limiter = createRateLimiter({ allowances: createAllowances(), limits, clock });
  const gone: { readonly call: string; readonly at: number }[] = [];
  const call = async (device: string, operation: string, signal?: AbortSignal): Promise<void> => {
    await limiter.acquire({ address: home, rank: rankOf(operation), device, maxWait, signal });
    gone.push({ call: `${device} ${operation}`, at: clock.monotonic() - began });
  };
  /** Spends the burst. */
  const spend = () => Promise.all(Array.from({ length: 11 }, () => call('tv', 'getProfiles')));
  const calls = () => gone.slice(11).map((one) => one.call);
  return { clock, limiter, call, spend, calls, gone };
};

test('who waits goes by worth, not by arrival', async () => {
  const { clock, call, spend, calls } = start();
  await spend();
  const all = ['getProfileByCode', 'preauthorize', 'getProfiles', 'createSession', 'authorize'].map(
    (operation) => call('tv', operation),
  );
  await clock.advance(6_000);
  await Promise.all(all);
  expect(calls()).toEqual([
    'tv authorize',
    'tv createSession',
    'tv getProfiles',
    'tv preauthorize',
    'tv getProfileByCode',
  ]);
});

test('a device that asks much keeps no other waiting', async () => {
  const { clock, call, spend, calls } = start();
  await spend();
  const many = Array.from({ length: 5 }, () => call('tv', 'getProfiles').catch((error: unknown) => error));
  const phone = call('phone', 'getProfiles');
  await clock.advance(6_000);
  await phone;
  const outcomes = await Promise.all(many);
  expect(calls().indexOf('phone getProfiles')).toBe(1);
  expect(outcomes.filter((one) => hasCode(one, 'gateway_address_busy'))).toHaveLength(1);
});

test('a poll that gives way is told when there may be room: 503, never 429', async () => {
  const { clock, call, spend } = start();
  await spend();
  const polls = Array.from({ length: 5 }, () =>
    call('tv', 'getProfileByCode').catch((error: unknown) => error),
  );
  const play = call('phone', 'authorize');
  const refused = await Promise.race(polls);
  expect(refused).toMatchObject({ code: 'gateway_address_busy', status: 503, retryAfter: 6 });
  await clock.advance(1_050);
  await play;
  await clock.advance(5_000);
  await Promise.all(polls);
});

test('no call is refused later than it may wait', async () => {
  const { clock, call, spend } = start();
  await spend();
  const poll = call('tv', 'getProfileByCode').catch((error: unknown) => error);
  for (let second = 0; second < 5; second += 1) {
    const play = call('phone', 'authorize');
    await clock.advance(1_000);
    void play;
  }
  await clock.advance(1_051);
  expect(await poll).toMatchObject({ code: 'gateway_address_busy' });
});

test('who goes away leaves its time to the others', async () => {
  const { clock, call, spend, gone } = start();
  await spend();
  const leaving = new AbortController();
  const first = call('tv', 'getProfiles', leaving.signal);
  const second = call('phone', 'getProfiles');
  leaving.abort(new Error('closed'));
  await expect(first).rejects.toThrow('closed');
  await clock.advance(1_050);
  await second;
  expect(gone.at(-1)).toEqual({ call: 'phone getProfiles', at: 1_050 });
});

test('after a 429 all wait again, the best first', async () => {
  const { clock, limiter, call, spend, calls } = start();
  await spend();
  const all = ['getProfileByCode', 'getProfiles', 'authorize'].map((operation) =>
    call('tv', operation).catch((error: unknown) => error),
  );
  await limiter.backOff(home, 4_000);
  await clock.advance(4_000);
  expect(calls()).toEqual([]);
  await clock.advance(2_000);
  const outcomes = await Promise.all(all);
  expect(calls()).toEqual(['tv authorize', 'tv getProfiles']);
  expect(outcomes[0]).toBeInstanceOf(KinpassError);
});

/** What an app does when it starts: each call after the one before. */
const beginning = ['register', 'token', 'getProfiles', 'createSession'];

describe('five devices of a household that start at once', () => {
  test.each(['regenerating', 'once'] as const)('have their answers within ten seconds (%s)', async (mode) => {
    const patience = 10_000;
    const { clock, call, gone } = start({ ...adobe, mode }, 9_000);
    const devices = ['tv', 'phone', 'tablet', 'laptop', 'console'].map(async (device) => {
      for (const operation of beginning) await call(device, operation);
    });
    const all = Promise.all(devices);
    await new Promise(setImmediate);
    await clock.advance(patience);
    await all;
    expect(gone).toHaveLength(20);
    const lasts = gone.filter(({ call: name }) => name.endsWith('createSession')).map(({ at }) => at);
    expect(Math.max(...lasts)).toBeLessThanOrEqual(patience);
  });
});

test('polls of thirty codes are within what Adobe allows, and none is refused with 429', async () => {
  const { clock, call, gone } = start();
  const codes = Array.from({ length: 30 }, async (_, code) => {
    for (let asked = 0; asked < 3; ) {
      const outcome = await call(`tv ${code}`, 'getProfileByCode').then(
        () => undefined,
        (error: unknown) => error,
      );
      if (outcome === undefined) asked += 1;
      else expect(outcome).toMatchObject({ code: 'gateway_address_busy', status: 503 });
      await clock.wait(outcome === undefined ? 60_000 : 4_000);
    }
  });
  for (let second = 0; second < 400; second += 1) await clock.advance(1_000);
  await Promise.all(codes);
  expect(gone).toHaveLength(90);
  const within = (ms: number) =>
    Math.max(...gone.map(({ at }) => gone.filter((other) => other.at >= at && other.at < at + ms).length));
  expect(within(1_000)).toBeLessThanOrEqual(12);
  expect(within(10_000)).toBeLessThanOrEqual(21);
});
