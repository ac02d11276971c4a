import { z } from 'zod';
import type { Answer } from '#src/adobe-pass/types';
import type { Codes } from '#src/families/codes';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { compositeKey } from '#src/lib/single-flight';
import type { OperationFlow } from './call-operation.ts';
import { codeIn, type RestRequest } from './caller.ts';

interface Deps {
  readonly codes: Pick<Codes, 'find'>;
  readonly getProfileByCode: OperationFlow;
  readonly clock: Clock;
  /** Requests that may wait at the same time, for all codes together. */
  readonly maxWaiters?: number;
}

export type WatchRequest = RestRequest & {
  /** Epoch milliseconds; until then the answer is held back while there is no profile. */
  readonly until: number;
  readonly signal: AbortSignal;
};

export type WatchCode = (request: WatchRequest) => Promise<Answer>;

/** Adobe asks for three to five seconds between polls of one code. */
const pollInterval = 4_000;

interface Watch {
  readonly waiters: Set<(answer: Answer) => void>;
  readonly failed: Set<(error: unknown) => void>;
  /** The answer of the last poll. */
  latest: Promise<Answer>;
  readonly stop: AbortController;
}

const profilesShape = z.object({ profiles: z.record(z.string(), z.unknown()) });

/** Waiting longer is pointless: there is a profile, or an error. */
const isFinal = ({ status, body }: Answer): boolean => {
  const parsed = profilesShape.safeParse(body);
  return status !== 200 || !parsed.success || Object.keys(parsed.data.profiles).length > 0;
};

/**
 * Waits for the profile behind a code. Adobe is polled once per code, however many wait; every waiter must be entitled
 * to the code. The polls are those of the first waiter: its device, credentials and address, and so its share of the
 * rate limit.
 */
export const createWatchCode = ({ codes, getProfileByCode, clock, maxWaiters = 20_000 }: Deps): WatchCode => {
  const watches = new Map<string, Watch>();
  let waiting = 0;

  const poll = async (key: string, watch: Watch, request: RestRequest): Promise<void> => {
    try {
      for (let answer = await watch.latest; ; answer = await watch.latest) {
        if (isFinal(answer)) {
          for (const resolve of watch.waiters) resolve(answer);
          return;
        }
        await clock.wait(pollInterval, watch.stop.signal);
        watch.latest = getProfileByCode({ ...request, signal: watch.stop.signal });
      }
    } catch (error) {
      for (const reject of watch.failed) reject(error);
    } finally {
      if (watches.get(key) === watch) watches.delete(key);
    }
  };

  const open = (key: string, request: RestRequest): Watch => {
    const stop = new AbortController();
    const latest = getProfileByCode({ ...request, signal: stop.signal });
    const watch: Watch = { waiters: new Set(), failed: new Set(), latest, stop };
    watches.set(key, watch);
    void poll(key, watch, request);
    return watch;
  };

  const join = async (key: string, watch: Watch, { until, signal }: WatchRequest): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const patience = new AbortController();
    const leaving = AbortSignal.any([signal, patience.signal]);
    watch.waiters.add(resolve);
    watch.failed.add(reject);
    waiting += 1;
    const deadline = clock.wait(Math.max(0, until - clock.now()), leaving).then(() => watch.latest);
    try {
      return await Promise.race([promise, deadline]);
    } finally {
      waiting -= 1;
      watch.waiters.delete(resolve);
      watch.failed.delete(reject);
      patience.abort();
      deadline.catch(() => undefined);
      if (watch.waiters.size === 0) {
        watches.delete(key);
        watch.stop.abort(new Error('no one is waiting for this code any more'));
      }
    }
  };

  return async (request) => {
    const { caller, serviceProvider } = request;
    const code = codeIn(request);
    const family = caller.family.id;
    if (!(await codes.find({ serviceProvider, code }, family)))
      throw fail('gateway_code_unknown', { field: 'code' });
    if (waiting >= maxWaiters) throw fail('gateway_unavailable', { retryAfter: 5 });
    const key = compositeKey(family, serviceProvider, code);
    return join(key, watches.get(key) ?? open(key, request), request);
  };
};
