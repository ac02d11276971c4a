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

  /**
   * The answer, unless the caller ends before it is there. Thousands wait at once, for half an hour: one promise and one timer for
   * each, and no signal but that of their client.
   */
  const wait: HoldAnswer = async (request, awaited) => {
    const { caller, since, signal } = request;
    const check = async () => awaited.check(await request.identifyAgain());
    const answered = Promise.withResolvers<WatchedAnswer>();
    const { resolve, reject } = answered;
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    const poll = awaited.join();
    poll.outcome.then(resolve, reject);
    const handOver = () =>
      void poll.latest().then((answer) => resolve({ ...answer, isHandedOver: true }), reject);
    const keys = [...restsOn(caller), ...awaited.keys];
    const stopFollowing = waiters.follow({ keys, since, check, ended: reject, handOver });
    const over = () => void poll.latest().then(resolve, reject);
    const stopTimer = untilOver({ request, end: awaited.end, clock, check, over, failed: reject });
    try {
      const answer = await answered.promise;
      await check();
      return answer;
    } finally {
      stopTimer();
      stopFollowing();
      poll.leave();
      signal.removeEventListener('abort', leave);
    }
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

interface Over extends Pick<Awaited, 'end'> {
  readonly request: Pick<WatchRequest, 'hold' | 'caller'>;
  readonly clock: Clock;
  check(): Promise<unknown>;
  /** The answer has been held for as long as was asked. */
  over(): void;
  failed(error: unknown): void;
}

/**
 * Until the answer has been held for as long as was asked, or there is nothing to wait for any more. Who has got another token when
 * theirs expires waits on. Returns how to stop that.
 */
const untilOver = ({ request, end, clock, check, over, failed }: Over): (() => void) => {
  const { hold, caller } = request;
  const now = clock.now();
  const untilEnd = end === undefined ? Number.POSITIVE_INFINITY : Math.max(0, end.at - now);
  const time = Math.min(hold, untilEnd);
  const finish = () => (end && untilEnd <= hold ? failed(end.error()) : over());
  const validFor = Math.max(0, (caller.expiresAt ?? Number.POSITIVE_INFINITY) - now);
  if (validFor >= time) return clock.after(time, finish);

  let isStopped = false;
  const goOn = () => {
    if (!isStopped) stop = clock.after(time - validFor, finish);
  };
  let stop = clock.after(validFor, () => void check().then(goOn, failed));
  return () => {
    isStopped = true;
    stop();
  };
};
