import { expect, test } from 'vitest';
import { type Attempt, createBreaker, type Turn } from '#src/adobe-pass/breaker';
import { fail, KinpassError } from '#src/lib/errors';
import { createManualClock } from '../support/manual-clock.ts';
import { call, device, startGatewaySide } from './gateway-side.ts';
import { profiles, session } from './scripted-adobe.ts';

const failure = { status: 503 };

type Outcome = Parameters<ReturnType<typeof createBreaker>['ended']>[1];

const start = () => {
  const clock = createManualClock();
  const turns: Turn[] = [];
  const breaker = createBreaker({ clock, turned: (turn) => turns.push(turn) });
  let devices = 0;
  /** Of a device of its own, unless told otherwise. */
  const attemptOf = (attempt: Partial<Attempt>): Attempt => {
    devices += 1;
    return { operation: 'getProfiles', address: `198.51.${devices >> 8}.${devices & 255}`, ...attempt };
  };
  const isAdmitted = (attempt: Partial<Attempt> = {}): boolean => {
    try {
      breaker.admit(attemptOf(attempt));
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'gateway_adobe_unreachable', retryAfter: 1 });
      return false;
    }
  };
  const end = (times: number, outcome: Outcome, attempt: Partial<Attempt> = {}) => {
    for (let ended = 0; ended < times; ended += 1) breaker.ended(attemptOf(attempt), outcome);
  };
  return { clock, turns, isAdmitted, end, open: breaker.open };
};

test('twenty consecutive failures stop all calls except one a second, until one succeeds', async () => {
  const { clock, turns, isAdmitted, end, open } = start();
  end(19, failure);
  expect(isAdmitted()).toBe(true);
  end(1, { error: fail('gateway_adobe_timeout') });
  expect(isAdmitted()).toBe(false);
  await clock.advance(1_000);
  expect([isAdmitted(), isAdmitted()]).toEqual([true, false]);
  end(1, failure);
  await clock.advance(999);
  expect(isAdmitted()).toBe(false);
  await clock.advance(1);
  expect(isAdmitted()).toBe(true);
  end(1, { status: 404 });
  expect([isAdmitted(), isAdmitted()]).toEqual([true, true]);
  end(19, failure);
  expect(isAdmitted()).toBe(true);
  expect(turns.map(({ isOpen }) => isOpen)).toEqual([true, false]);
  expect(open()).toBe(0);
});

test.each([
  ['an answer', { status: 200 }],
  ['a refusal', { status: 429 }],
  ['an answer of 500', { status: 500 }],
])('%s among the failures begins the count again', (_what, answer) => {
  const { isAdmitted, end } = start();
  for (let round = 0; round < 5; round += 1) {
    end(19, failure);
    end(1, answer);
  }
  expect(isAdmitted()).toBe(true);
});

test('a client that disconnects does not count as a failure of Adobe', () => {
  const { turns, end } = start();
  end(19, failure);
  end(30, { error: new Error('closed') });
  expect(turns).toEqual([]);
  end(1, failure);
  expect(turns).toHaveLength(1);
});

test('an MVPD or an operation that fails, nine of ten calls being its own, costs the others nothing', async () => {
  const { clock, isAdmitted, end } = start();
  const failing = { operation: 'authorize', mvpd: 'Cablevision' };
  const others = [
    { operation: 'authorize', mvpd: 'Dish' },
    { operation: 'preauthorize', mvpd: 'Cablevision' },
    { operation: 'getProfiles' },
  ];
  let sent = 0;
  for (let ms = 0; ms < 10_000; ms += 10) {
    await clock.advance(10);
    const other = ms % 100 === 0 ? others[(ms / 100) % others.length] : undefined;
    const isSent = isAdmitted(other ?? failing);
    if (other) expect(isSent).toBe(true);
    else if (isSent) sent += 1;
    if (isSent) end(1, other ? { status: 200 } : failure, other ?? failing);
  }
  expect(sent).toBeLessThanOrEqual(20 + 10);
});

test.each([
  ['one address', () => '203.0.113.7'],
  ['one /64 of IPv6', (n: number) => `2001:db8::${n.toString(16)}`],
])('what fails for %s only does not stop the calls of others', (_what, addressOf) => {
  const { turns, isAdmitted, end } = start();
  for (let n = 0; n < 200; n += 1) end(1, failure, { address: addressOf(n) });
  expect(isAdmitted()).toBe(true);
  expect(turns).toEqual([]);
});

test('one device does not take every turn, and has one where nobody else asks', async () => {
  const { clock, isAdmitted, end } = start();
  const greedy = { address: '203.0.113.1' };
  end(20, failure);
  await clock.advance(1_000);
  expect([isAdmitted(greedy), isAdmitted(greedy)]).toEqual([true, false]);
  end(1, failure, greedy);
  await clock.advance(1_000);
  expect([isAdmitted(greedy), isAdmitted(), isAdmitted(greedy)]).toEqual([false, true, false]);
  await clock.advance(1_000);
  expect(isAdmitted(greedy)).toBe(true);
  await clock.advance(4_999);
  expect(isAdmitted(greedy)).toBe(false);
  await clock.advance(1);
  expect(isAdmitted(greedy)).toBe(true);
});

test('thousands of MVPDs that clients make up are forgotten again', () => {
  const { end, isAdmitted, open } = start();
  end(20, failure, { mvpd: 'first' });
  for (let n = 0; n < 2_000; n += 1) end(1, failure, { mvpd: `m${n}` });
  expect(isAdmitted({ mvpd: 'first' })).toBe(true);
  end(20, failure, { mvpd: 'last' });
  expect(open()).toBe(1);
});

/** As many devices as it takes. */
const callOf = (n: number) => ({ ...call, device: { ...device, address: `203.0.113.${n}` } });

test('in an outage the circuit breaker stops calls to Adobe, and lets them through again within a second', async () => {
  await using side = await startGatewaySide();
  side.adobe.at('/api/v2', { status: 503 });
  const ask = (n: number) =>
    side.meanwhile(side.pass.getProfiles(callOf(n))).catch((error: unknown) => error);
  await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n)));
  const heard = side.adobe.heardAt('/api/v2').length;
  const refused = await ask(1);
  expect(refused instanceof KinpassError && refused.retryAfter).toBe(1);
  expect(side.adobe.heardAt('/api/v2')).toHaveLength(heard);
  side.adobe.at('/api/v2', { body: profiles });
  await side.clock.advance(1_000);
  expect(await ask(1)).toMatchObject({ status: 200 });
  expect(await ask(1)).toMatchObject({ status: 200 });
});

test.each([
  ['decisions', '/api/v2/REF30/decisions/authorize/Cablevision'],
  ['sessions', '/api/v2/REF30/sessions'],
] as const)('%s of an MVPD that fails are stopped, those of another are not', async (operation, path) => {
  await using side = await startGatewaySide();
  const { pass } = side;
  const ask = (n: number, mvpd: string) =>
    side.meanwhile(
      operation === 'decisions'
        ? pass.authorize({ ...callOf(n), mvpd, resources: ['news'] })
        : pass.createSession({ ...callOf(n), form: { mvpd } }),
    );
  side.adobe.at(path, { status: 503 });
  for (let n = 0; n < 25; n += 1) await expect(ask(n, 'Cablevision')).rejects.toThrow();
  expect(side.adobe.heardAt(path)).toHaveLength(20);
  const body = operation === 'decisions' ? { decisions: [] } : session;
  side.adobe.at(path, { body });
  expect(await ask(1, 'Dish')).toMatchObject({ status: 200 });
  await expect(ask(1, 'Cablevision')).rejects.toThrow();
});
