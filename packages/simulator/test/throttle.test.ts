import { describe, expect, test } from 'vitest';
import { adobeThrottle, type ThrottlePolicy, type ThrottleState, throttle } from '#src/throttle';
import { startWorld } from './world.ts';

/** Adobe's own table: seconds and answer. */
const scenario: [number, number][] = [
  ...[0, 0.3, 0.6, 0.9, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 2.1, 2.2].map((t): [number, number] => [t, 200]),
  ...[2.4, 2.6, 2.8].map((t): [number, number] => [t, 429]),
  [3.1, 200],
];
const once: ThrottlePolicy = { ...adobeThrottle, regenerates: false };

const play = (policy: ThrottlePolicy, times: readonly number[]): number[] => {
  let state: ThrottleState | undefined;
  return times.map((t) => {
    const verdict = throttle(policy, state, 1_000_000 + Math.round(t * 1000));
    state = verdict.state;
    return verdict.admitted ? 200 : 429;
  });
};

describe.each([
  ['a burst that grows back', adobeThrottle],
  ['a burst granted once', once],
])('%s', (_, policy) => {
  test("answers Adobe's table", () => {
    expect(
      play(
        policy,
        scenario.map(([t]) => t),
      ),
    ).toEqual(scenario.map(([, status]) => status));
  });

  test('lets one request a second pass for ever', () => {
    expect(
      play(
        policy,
        Array.from({ length: 60 }, (_, t) => t),
      ),
    ).not.toContain(429);
  });
});

test('after a quiet minute only the one that grows back has its burst again', () => {
  const times = [...Array(11).fill(0), ...Array(11).fill(60)];
  const passed = (policy: ThrottlePolicy) => play(policy, times).filter((status) => status === 200).length;
  expect(passed(adobeThrottle)).toBe(22);
  expect(passed(once)).toBe(12);
});

test('the table holds over HTTP, per X-Forwarded-For, on REST V2 and registration alike', async () => {
  await using world = await startWorld({ throttle: adobeThrottle });
  const ask = (address: string, path = '/api/v2/REF30/profiles') =>
    world.adobe(path, { headers: { 'x-forwarded-for': address } });
  const answers: number[] = [];
  let at = 0;
  for (const [t] of scenario) {
    await world.clock.advance(Math.round((t - at) * 1000));
    at = t;
    const { status } = await ask('203.0.113.7');
    answers.push(status === 401 ? 200 : status);
  }
  expect(answers).toEqual(scenario.map(([, status]) => status));

  const refused = await ask('203.0.113.7', '/o/client/register');
  expect(refused.status).toBe(429);
  expect(refused.headers['content-type']).toBe('text/html');
  expect(refused.headers).not.toHaveProperty('retry-after');
  expect(refused.text).toContain('<center>openresty</center>');
  expect((await ask('203.0.113.8')).status).toBe(401);
});
