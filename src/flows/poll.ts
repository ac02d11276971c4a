import type { Answer } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { isFailure, isFinal, pauseAfter } from './poll-policy.ts';

export interface JoinedPoll {
  /** The first answer that waiting longer would not change. */
  readonly outcome: Promise<Answer>;
  /** What is known now: the last answer, or why there is none yet; that of a request that is on its way. */
  latest(): Promise<Answer>;
  /** The polling ends when the last one leaves. */
  leave(): void;
}

/** What one process knows of what its requests wait for. */
export interface Poll {
  /** Aborted when the poll has ended. */
  readonly stop: AbortController;
  join(): JoinedPoll;
  /** A request is on its way. Returns it. */
  attempt(request: Promise<Answer>): Promise<Answer>;
  /** An answer, whoever asked. */
  hear(answer: Answer): void;
  fail(error: unknown): void;
}

/** Milliseconds for which the first answer is waited for, where another process asks. */
const maxFirst = 10_000;

const ignore = (): undefined => undefined;

export const createPoll = (clock: Pick<Clock, 'wait'>): Poll => {
  const joined = new Set<PromiseWithResolvers<Answer>>();
  const stop = new AbortController();
  const first = Promise.withResolvers<Answer>();
  first.promise.catch(ignore);
  let known: Answer | undefined;
  let current = first.promise;

  const tooLate = async (): Promise<never> => {
    await clock.wait(maxFirst, stop.signal);
    throw fail('gateway_adobe_timeout', { detail: 'the process that asks has no answer yet' });
  };
  const latest = (): Promise<Answer> => {
    if (known) return current;
    const late = tooLate();
    late.catch(ignore);
    return Promise.race([current, late]);
  };

  return {
    stop,
    join: () => {
      const own = Promise.withResolvers<Answer>();
      own.promise.catch(ignore);
      joined.add(own);
      return {
        outcome: own.promise,
        latest,
        leave: () => {
          joined.delete(own);
          if (joined.size === 0) stop.abort(new Error('no one is waiting for this any more'));
        },
      };
    },
    attempt: (request) => {
      current = request.then(
        (answer) => (isFailure(answer) ? (known ?? answer) : answer),
        (error: unknown) => {
          if (known && pauseAfter(error) !== undefined) return known;
          throw error;
        },
      );
      current.catch(ignore);
      return request;
    },
    hear: (answer) => {
      known = answer;
      first.resolve(answer);
      current = Promise.resolve(answer);
      if (!isFinal(answer)) return;
      for (const { resolve } of joined) resolve(answer);
      stop.abort(new Error('the answer that was waited for is there'));
    },
    fail: (error) => {
      first.reject(error);
      for (const { reject } of joined) reject(error);
      stop.abort(error);
    },
  };
};
