import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { networkOf } from '#src/lib/ip-address';
import { createLru } from '#src/lib/lru';
import { isUnavailable, type Outcome } from './outcome.ts';

/** What fails together, and for whom it was asked. */
export interface Attempt {
  /** Its name. */
  readonly operation: string;
  /** The one that Adobe may have to ask. */
  readonly mvpd?: string | undefined;
  /** The device's. */
  readonly address: string;
}

/** Circuit breakers, one for each operation and MVPD: stop calls at which Adobe fails, and find out when it answers again. */
export interface Breaker {
  /** Errors: gateway_adobe_unreachable while that breaker is open; one call in each second is let through. */
  admit(attempt: Attempt): void;
  /** How an admitted call ended; nothing where whoever asked went away. */
  ended(attempt: Attempt, outcome: Outcome): void;
  /** How many are open. */
  open(): number;
}

/** One opens or closes. */
export interface Turn extends Pick<Attempt, 'operation' | 'mvpd'> {
  readonly isOpen: boolean;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly turned?: ((turn: Turn) => void) | undefined;
}

/** Failures in a row: of half an Adobe that fails, nobody sees so many. */
const threshold = 20;
/** Failures that count of one network: nobody stops the calls of others with calls that fail for them alone. */
const perNetwork = 5;
/** Milliseconds. */
const probeInterval = 1_000;
/** Trials that others may have before the one who had the last has another. */
const trialsOfOthers = 4;
/** Breakers that are kept: clients choose the MVPD. */
const max = 1_000;

/** Since the last answer to calls of one kind. */
interface Failures {
  count: number;
  readonly byNetwork: Map<string, number>;
  probeAt: number;
  /** The network that was let through last. */
  prober?: string;
}

const kindOf = ({ operation, mvpd = '' }: Attempt): string => `${operation} ${mvpd}`;

const isOpen = ({ count }: Failures): boolean => count >= threshold;

/** Adds one, unless this network has failed often enough. */
const add = (failures: Failures, address: string): void => {
  const network = networkOf(address);
  const own = failures.byNetwork.get(network) ?? 0;
  if (isOpen(failures) || own >= perNetwork) return;
  failures.byNetwork.set(network, own + 1);
  failures.count += 1;
};

export const createBreaker = ({ clock, turned }: Deps): Breaker => {
  let open = 0;
  const forgotten = (_kind: string, failures: Failures): void => {
    if (isOpen(failures)) open -= 1;
  };
  /** Of kinds whose last call failed. */
  const failing = createLru<Failures>(max, forgotten);

  const turn = ({ operation, mvpd }: Attempt, opens: boolean): void => {
    open += opens ? 1 : -1;
    turned?.({ operation, mvpd, isOpen: opens });
  };
  const failed = (attempt: Attempt): void => {
    const kind = kindOf(attempt);
    const failures = failing.get(kind) ?? { count: 0, byNetwork: new Map<string, number>(), probeAt: 0 };
    const wasOpen = isOpen(failures);
    add(failures, attempt.address);
    failing.set(kind, failures);
    if (wasOpen || !isOpen(failures)) return;
    failures.probeAt = clock.monotonic() + probeInterval;
    turn(attempt, true);
  };
  const answered = (attempt: Attempt): void => {
    const failures = failing.get(kindOf(attempt));
    if (!failures) return;
    failing.delete(kindOf(attempt));
    if (isOpen(failures)) turn(attempt, false);
  };

  return {
    open: () => open,
    admit: (attempt) => {
      const failures = failing.size === 0 ? undefined : failing.get(kindOf(attempt));
      if (!failures || !isOpen(failures)) return;
      const now = clock.monotonic();
      const network = networkOf(attempt.address);
      const patience = network === failures.prober ? trialsOfOthers * probeInterval : 0;
      if (now < failures.probeAt + patience)
        throw fail('gateway_adobe_unreachable', { retryAfter: 1, detail: 'it failed many times in a row' });
      failures.probeAt = now + probeInterval;
      failures.prober = network;
    },
    ended: (attempt, outcome) => {
      if (isUnavailable(outcome)) failed(attempt);
      else if ('status' in outcome) answered(attempt);
    },
  };
};
