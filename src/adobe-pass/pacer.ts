import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { createLru } from '#src/lib/lru';
import { fullAllowance, type Limits, reserve, silence } from './throttle.ts';

export interface Pacer {
  /**
   * Resolves when a call for this device may leave. Errors: gateway_throttled when that is further off than the
   * caller may wait; the signal's reason when it was aborted.
   */
  turn(address: string, longestWait: number, signal?: AbortSignal): Promise<void>;
  /** Adobe answered 429 to this device: keep quiet for `pause` milliseconds. */
  quieten(address: string, pause: number): void;
}

interface Deps {
  readonly limits: Limits;
  readonly clock: Clock;
}

const mostAddresses = 100_000;
const mostWaiting = 10_000;

/** Keeps each device inside its allowance by letting its calls wait. */
export const createPacer = ({ limits, clock }: Deps): Pacer => {
  const allowances = createLru<ReturnType<typeof silence>>(mostAddresses);
  const of = (address: string) => allowances.get(address) ?? fullAllowance;
  let waiting = 0;

  const wait = async (ms: number, signal?: AbortSignal): Promise<void> => {
    waiting += 1;
    try {
      await clock.wait(ms, signal);
    } finally {
      waiting -= 1;
    }
  };

  return {
    turn: async (address, longestWait, signal) => {
      const latest = clock.now() + longestWait;
      do {
        const now = clock.now();
        const { at, left } = reserve(of(address), now, limits);
        if (at > latest || (at > now && waiting >= mostWaiting)) {
          throw fail('gateway_throttled', { retryAfter: Math.max(1, Math.ceil((at - now) / 1000)) });
        }
        allowances.set(address, left);
        if (at > now) await wait(at - now, signal);
        // A 429 to an earlier call may have closed the gate meanwhile.
      } while (of(address).quietUntil > clock.now());
    },
    quieten: (address, pause) => allowances.set(address, silence(of(address), clock.now(), pause, limits)),
  };
};
