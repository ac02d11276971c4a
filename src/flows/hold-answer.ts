import type { Answer } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { ChangeKey } from '#src/stores/change-feed';
import { type Caller, type RestRequest, restsOn } from './caller.ts';
import type { JoinedPoll } from './poll.ts';
import type { Waiters } from './waiters.ts';

export type WatchRequest = RestRequest & {
  /** Milliseconds that the answer is held back for while there is no profile. */
  readonly hold: number;
  readonly signal: AbortSignal;
  /** The generation of the waiters before the caller was identified. */
  readonly since: number;
  /** The caller of now; rejects where a call of theirs would be refused. */
  identifyAgain(): Promise<Caller>;
};

/** `isHandedOver`: this process ends before there is a profile. */
export type WatchedAnswer = Answer & { readonly isHandedOver?: boolean };

export type Watch = (request: WatchRequest) => Promise<WatchedAnswer>;

/** What a request waits for. */
export interface Awaited {
  join(): JoinedPoll;
  /** What it belongs to, besides the caller. */
  readonly keys: readonly ChangeKey[];
  /** Rejects where the caller of now may not have it. */
  check(caller: Caller): Promise<unknown>;
  /** When there is nothing to wait for any more, milliseconds since 1970, and what to say then. */
  readonly end?: { readonly at: number; readonly error: () => Error } | undefined;
}

export type HoldAnswer = (request: WatchRequest, awaited: Awaited) => Promise<WatchedAnswer>;

interface Deps {
  readonly waiters: Pick<Waiters, 'follow'>;
  readonly clock: Clock;
  /** Requests that may wait at the same time. */
  readonly maxWaiters?: number | undefined;
}

/**
 * Holds an answer back until there is a profile. Whoever waits is entitled to it when they come, while they wait, and when they
 * get it.
 */
export const createHoldAnswer = ({ waiters, clock, maxWaiters = 20_000 }: Deps): HoldAnswer => {
  let waiting = 0;

  /** The answer, unless the caller ends before it is there. */
  const wait: HoldAnswer = async (request, awaited) => {
    const { caller, hold, since, signal } = request;
    const check = async () => awaited.check(await request.identifyAgain());
    const left = new AbortController();
    // `AbortSignal.any` keeps some kilobytes for each of those who wait.
    const leave = () => left.abort(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    const ended = Promise.withResolvers<never>();
    const poll = awaited.join();
    const keys = [...restsOn(caller), ...awaited.keys];
    const handedOver = Promise.withResolvers<void>();
    const told = { ended: ended.reject, handOver: handedOver.resolve };
    const stopFollowing = waiters.follow({ keys, since, check, ...told });
    const { expiresAt = Number.POSITIVE_INFINITY } = caller;
    const pause = (ms: number) => clock.wait(ms, left.signal);
    const wholeTime = waitChecked({ wait: pause, hold, validFor: expiresAt - clock.now(), check });
    const sides: Promise<WatchedAnswer>[] = [
      poll.outcome,
      wholeTime.then(poll.latest),
      handedOver.promise.then(poll.latest).then((answer) => ({ ...answer, isHandedOver: true })),
      ended.promise,
    ];
    if (awaited.end && awaited.end.at - clock.now() <= hold) sides.push(untilEnd(awaited.end, pause));
    for (const side of sides) side.catch(() => undefined);
    try {
      const answer = await Promise.race(sides);
      await check();
      return answer;
    } finally {
      stopFollowing();
      poll.leave();
      signal.removeEventListener('abort', leave);
      left.abort();
    }
  };

  const untilEnd = async (
    { at, error }: NonNullable<Awaited['end']>,
    pause: (ms: number) => Promise<void>,
  ): Promise<never> => {
    await pause(Math.max(0, at - clock.now()));
    throw error();
  };

  return async (request, awaited) => {
    if (waiting >= maxWaiters) throw fail('gateway_unavailable', { retryAfter: 5 });
    waiting += 1;
    try {
      return await wait(request, awaited);
    } finally {
      waiting -= 1;
    }
  };
};

interface Wait {
  wait(ms: number): Promise<void>;
  readonly hold: number;
  /** Milliseconds after which the caller's token has expired. */
  readonly validFor: number;
  check(): Promise<unknown>;
}

/** Who has got another token meanwhile waits on. */
const waitChecked = async ({ wait, hold, validFor, check }: Wait): Promise<void> => {
  if (validFor >= hold) return wait(hold);
  const before = Math.max(0, validFor);
  await wait(before);
  await check();
  await wait(hold - before);
};
