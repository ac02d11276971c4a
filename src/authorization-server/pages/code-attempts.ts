import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import type { Json } from '#src/lib/json';
import type { RecordStore } from '#src/stores/ports';

const windowLength = 600_000;
/** Enough for the typos of a household, or of a carrier's shared address, in one window. */
const maxPerSource = 30;
/**
 * All sources together: 216,000 wrong codes a day. With 1,000 live codes among 20^8 that is less than
 * one hit in a hundred days (RFC 8628 §5.1).
 */
const maxInTotal = 1_500;

const countSchema = z.object({ count: z.number(), until: z.number() });

interface Deps {
  readonly records: RecordStore;
  readonly clock: Clock;
}

/** Limits wrong codes per source address and in total, within fixed windows. */
export const createCodeAttempts = ({ records, clock }: Deps) => {
  const change = async (key: string, by: 1 | -1): Promise<{ count: number; until: number }> => {
    const now = clock.now();
    const stored = await records.update('code-attempts', key, (current) => {
      const { count, until } = parsed(current) ?? { count: 0, until: now + windowLength };
      return { value: { count: Math.max(0, count + by), until }, expiresAt: until };
    });
    return parsed(stored) ?? { count: 0, until: now };
  };

  const sourceKey = (address: string) => `source:${fingerprint(address)}`;

  return {
    /** Counts an attempt before the code is checked, so that parallel guesses count too. Errors: sign_in_attempts_exceeded. */
    reserve: async (address: string): Promise<void> => {
      for (const [key, max] of [
        [sourceKey(address), maxPerSource],
        ['total', maxInTotal],
      ] as const) {
        const { count, until } = await change(key, 1);
        const retryAfter = Math.ceil((until - clock.now()) / 1000);
        if (count > max) throw fail('sign_in_attempts_exceeded', { retryAfter });
      }
    },
    /** The code was right or missing: this attempt does not count; earlier ones still do. */
    release: async (address: string): Promise<void> => {
      await change(sourceKey(address), -1);
      await change('total', -1);
    },
  };
};

const parsed = (value: Json | undefined) => (value === undefined ? undefined : countSchema.parse(value));

export type CodeAttempts = ReturnType<typeof createCodeAttempts>;
