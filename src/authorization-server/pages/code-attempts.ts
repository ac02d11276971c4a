import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import type { Count, CounterStore } from '#src/stores/expiring-ports';

const windowLength = 600_000;
/** Enough for the typos of a household, or of a carrier's shared address, in one window. */
const maxPerSource = 30;
/**
 * All sources together: 216,000 wrong codes a day. With 1,000 live codes among 20^8 that is less than
 * one hit in a hundred days (RFC 8628 §5.1).
 */
const maxInTotal = 1_500;

interface Deps {
  readonly counters: CounterStore;
  readonly clock: Pick<Clock, 'now'>;
}

/** Limits wrong codes per source address and in total, within fixed windows. */
export const createCodeAttempts = ({ counters, clock }: Deps) => {
  const change = (keys: readonly string[], by: 1 | -1): Promise<readonly Count[]> =>
    counters.add(
      keys.map((key) => ({ key: `code-attempts:${key}`, by, window: windowLength })),
      clock.now(),
    );

  const sourceKey = (address: string) => `source:${fingerprint(address)}`;

  return {
    /** Counts an attempt before the code is checked, so that parallel guesses count too. Errors: sign_in_attempts_exceeded. */
    reserve: async (address: string): Promise<void> => {
      const limits = [maxPerSource, maxInTotal];
      const counts = await change([sourceKey(address), 'total'], 1);
      const exceeded = counts.find(({ count }, index) => count > (limits[index] ?? 0));
      if (!exceeded) return;
      const retryAfter = Math.ceil((exceeded.until - clock.now()) / 1000);
      throw fail('sign_in_attempts_exceeded', { retryAfter });
    },
    /** The code was right or missing: this attempt does not count; earlier ones still do. */
    release: async (address: string): Promise<void> => {
      await change([sourceKey(address), 'total'], -1);
    },
  };
};

export type CodeAttempts = ReturnType<typeof createCodeAttempts>;
