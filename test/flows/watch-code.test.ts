import { expect, test } from 'vitest';
import type { Answer } from '#src/adobe-pass/types';
import type { RememberedCode } from '#src/families/codes';
import { createCodePolls } from '#src/flows/code-polls';
import type { FindCode } from '#src/flows/find-code';
import { createHoldAnswer } from '#src/flows/hold-answer';
import { createWaiters } from '#src/flows/waiters';
import { createWatchCode } from '#src/flows/watch-code';
import { fail, type KinpassError } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { createLocalSoftState } from '#src/soft-state/local/create';
import { caller, device, family, restRequest } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const empty: Answer = { status: 200, body: { profiles: {} } };
const found: Answer = { status: 200, body: { profiles: { Cablevision: {} } } };
const codeOfTv: RememberedCode = {
  family: 'ref',
  instance: 'tv',
  viewer: 'ana',
  credentials: 'pair',
  device,
};

interface Options {
  readonly maxWaiters?: number;
  readonly code?: RememberedCode;
}

interface Waiting {
  readonly family?: string;
  readonly viewer?: string;
  readonly tempPass?: string;
  readonly seconds?: number;
  readonly expiresAt?: number;
  readonly signal?: AbortSignal;
  /** What a call of theirs would be refused with now. */
  readonly refusal?: () => KinpassError | undefined;
}

const start = ({ code = codeOfTv, ...bounds }: Options = {}) => {
  const clock = createManualClock();
  const waiters = createWaiters();
  /** Whose facts each poll went out with. */
  const polls: string[] = [];
  let next = empty;
  let known = true;
  let lookUps = 0;
  let slow: PromiseWithResolvers<void> | undefined;
  const findCode: FindCode = async (key, of) => {
    lookUps += 1;
    const isKnown = known;
    await slow?.promise;
    if (isKnown && key.code === 'ABC1234' && of === code.family) return code;
    throw fail('invalid_authentication_session');
  };
  const watch = createWatchCode({
    holdAnswer: createHoldAnswer({ ...bounds, clock, waiters }),
    waiters,
    polls: createCodePolls({
      polls: createLocalSoftState().join().polls,
      perSecond: 1,
      clock,
      ids: systemIds,
    }),
    admitCode: ({ caller: { family }, serviceProvider, input }) =>
      findCode({ serviceProvider, code: input.parameters?.['code'] ?? '' }, family.id),
    findCode,
    pollCode: async () => {
      polls.push('its own device');
      return next;
    },
    getProfileByCode: async (request) => {
      polls.push(`${request.caller.viewer} as ${request.device.headers['ap-temppass-identity']}`);
      return next;
    },
  });
  const wait = ({
    seconds = 25,
    viewer = 'ana',
    tempPass,
    expiresAt,
    signal,
    refusal,
    ...who
  }: Waiting = {}) => {
    const identified = caller({
      family: family({ id: who.family ?? 'ref' }),
      viewer,
      grant: `grant of ${viewer}`,
      expiresAt,
    });
    return watch({
      ...restRequest({
        caller: identified,
        device: { ...device, headers: tempPass === undefined ? {} : { 'ap-temppass-identity': tempPass } },
        input: { parameters: { code: 'ABC1234' } },
      }),
      hold: seconds * 1000,
      signal: signal ?? new AbortController().signal,
      since: waiters.generation(),
      identifyAgain: async () => {
        const refused = refusal?.();
        if (refused) throw refused;
        return identified;
      },
    });
  };
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  };
  return {
    clock,
    polls,
    wait,
    settle,
    lookUps: () => lookUps,
    /** The look-ups that begin now take until they are released. Returns how to release them. */
    holdLookUps: () => {
      const held = Promise.withResolvers<void>();
      slow = held;
      return () => held.resolve();
    },
    goOn: () => (slow = undefined),
    answerWith: (answer: Answer) => (next = answer),
    supersede: () => (known = false),
    handOver: waiters.handOver,
    hear: async (kind: 'account' | 'sign-in' | 'instance', id: string) => {
      waiters.changed({ kind, id });
      waiters.upToDate();
      await settle();
    },
  };
};

test('a thousand waiters cost one poll each four seconds, and all hear of the profile', async () => {
  const t = start();
  const waiters = Promise.all(Array.from({ length: 1_000 }, () => t.wait()));
  await t.settle();
  await t.clock.advance(8_000);
  expect(t.polls).toHaveLength(3);
  t.answerWith(found);
  await t.clock.advance(4_000);
  expect(new Set(await waiters)).toEqual(new Set([found]));
  expect(t.polls).toHaveLength(4);
});

test('a thousand who hear of the profile are entitled to it by one look-up', async () => {
  const t = start();
  const waiters = Promise.all(Array.from({ length: 1_000 }, () => t.wait()));
  await t.settle();
  const before = t.lookUps();
  t.answerWith(found);
  await t.clock.advance(4_000);
  await waiters;
  expect(t.lookUps() - before).toBe(1);
});

test('a look-up that began before a change is not shared after it', async () => {
  const t = start();
  const first = t.wait();
  await t.settle();
  const release = t.holdLookUps();
  t.answerWith(found);
  await t.clock.advance(4_000);
  t.goOn();
  await t.hear('instance', 'another');
  expect(await t.wait()).toEqual(found);
  release();
  expect(await first).toEqual(found);
});

test('who has waited long enough gets the empty map; the others wait on', async () => {
  const t = start();
  const [short, long] = [t.wait({ seconds: 5 }), t.wait({ seconds: 25 })];
  await t.settle();
  await t.clock.advance(5_000);
  expect(await short).toEqual(empty);
  t.answerWith(found);
  await t.clock.advance(4_000);
  expect(await long).toEqual(found);
});

test('when the last one leaves, the polling ends', async () => {
  const t = start();
  const leaving = new AbortController();
  const waiter = t.wait({ signal: leaving.signal });
  await t.settle();
  leaving.abort(new Error('gone'));
  await expect(waiter).rejects.toThrow('gone');
  await t.clock.advance(60_000);
  expect(t.polls).toHaveLength(1);
  expect(t.clock.waiting).toBe(0);
});

test("another family's caller waits for nothing", async () => {
  const t = start();
  await expect(t.wait({ family: 'other' })).rejects.toMatchObject({ code: 'invalid_authentication_session' });
  expect(t.polls).toHaveLength(0);
});

test('waiters are bounded; the place of one who leaves is free again', async () => {
  const t = start({ maxWaiters: 2 });
  const leaving = new AbortController();
  const [first, second] = [t.wait(), t.wait({ signal: leaving.signal })];
  await t.settle();
  await expect(t.wait()).rejects.toMatchObject({ code: 'gateway_unavailable', retryAfter: 5 });
  leaving.abort(new Error('gone'));
  await expect(second).rejects.toThrow('gone');
  const third = t.wait();
  await t.settle();
  t.answerWith(found);
  await t.clock.advance(4_000);
  expect([await first, await third]).toEqual([found, found]);
});

test('the poll goes on as before when the one who began it leaves', async () => {
  const t = start();
  const leaving = new AbortController();
  const [first, second] = [t.wait({ viewer: 'ana', signal: leaving.signal }), t.wait({ viewer: 'ben' })];
  await t.settle();
  leaving.abort(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  t.answerWith(found);
  await t.clock.advance(4_000);
  expect(await second).toEqual(found);
  expect(t.polls).toEqual(['its own device', 'its own device']);
});

test('a TempPass identity is asked for by its owner alone', async () => {
  const t = start();
  const waiters = [t.wait({ tempPass: 'mine' }), t.wait(), t.wait({ viewer: 'ben', tempPass: 'his' })];
  await t.settle();
  expect(t.polls.sort()).toEqual(['ana as mine', 'ben as his', 'its own device']);
  t.answerWith(found);
  await t.clock.advance(6_000); // three polls behind one address
  expect(await Promise.all(waiters)).toEqual([found, found, found]);
});

test('a code whose device is not known is asked for by each waiter alone', async () => {
  const { device: _, ...code } = codeOfTv;
  const t = start({ code });
  const waiters = [t.wait({ viewer: 'ana' }), t.wait({ viewer: 'ben' })];
  await t.settle();
  expect(t.polls).toEqual(['ana as undefined', 'ben as undefined']);
  t.answerWith(found);
  await t.clock.advance(4_000);
  expect(await Promise.all(waiters)).toEqual([found, found]);
});

test.each([
  ['account', 'ben'],
  ['sign-in', 'grant of ben'],
  ['instance', 'i1'],
] as const)('when the %s ends, the waiter does at once; the others wait on', async (kind, id) => {
  const t = start();
  let refused = false;
  const refusal = () => (refused ? fail('gateway_revoked') : undefined);
  const [ended, other] = [t.wait({ viewer: 'ben', refusal }), t.wait()];
  await t.settle();
  refused = true;
  const outcome = expect(ended).rejects.toMatchObject({ code: 'gateway_revoked' });
  await t.hear(kind, id);
  await outcome;
  t.answerWith(found);
  await t.clock.advance(4_000);
  expect(await other).toEqual(found);
});

test('who ended and was not told yet is not given the profile either', async () => {
  const t = start();
  let refused = false;
  const waiter = t.wait({ refusal: () => (refused ? fail('gateway_access_token_invalid') : undefined) });
  await t.settle();
  refused = true;
  t.answerWith(found);
  const outcome = expect(waiter).rejects.toMatchObject({ code: 'gateway_access_token_invalid' });
  await t.clock.advance(4_000);
  await outcome;
});

test('who waits longer than the access token lives ends with it', async () => {
  const t = start();
  const expiresAt = t.clock.now() + 10_000;
  const refusal = () => (t.clock.now() < expiresAt ? undefined : fail('gateway_access_token_invalid'));
  const waiter = t.wait({ seconds: 60, expiresAt, refusal });
  await t.settle();
  const outcome = expect(waiter).rejects.toMatchObject({ code: 'gateway_access_token_invalid' });
  await t.clock.advance(10_000);
  await outcome;
  expect(t.clock.waiting).toBe(0);
});

test('who holds the code of a revoked device waits no longer', async () => {
  const t = start();
  const waiter = t.wait({ viewer: 'ben' });
  await t.settle();
  t.supersede();
  const outcome = expect(waiter).rejects.toMatchObject({ code: 'invalid_authentication_session' });
  await t.hear('instance', 'tv');
  await outcome;
});

test('at a shutdown everybody gets what is known now, and polling ends', async () => {
  const t = start();
  const waiters = Promise.all([t.wait(), t.wait({ viewer: 'ben' })]);
  await t.settle();
  t.handOver();
  expect(await waiters).toEqual([
    { ...empty, isHandedOver: true },
    { ...empty, isHandedOver: true },
  ]);
  expect(await t.wait()).toEqual({ ...empty, isHandedOver: true }); // one who comes late
  expect(t.clock.waiting).toBe(0);
});

test('when the code ends, whoever still waits is told to begin again', async () => {
  const t = start({ code: { ...codeOfTv, notAfter: createManualClock().now() + 20_000 } });
  const [short, long] = [t.wait({ seconds: 19 }), t.wait({ seconds: 1_800 })];
  await t.settle();
  const outcome = expect(long).rejects.toMatchObject({
    code: 'gateway_code_expired',
    status: 400,
    field: 'code',
  });
  await t.clock.advance(20_000);
  expect(await short).toEqual(empty);
  await outcome;
  expect(t.clock.waiting).toBe(0);
});
