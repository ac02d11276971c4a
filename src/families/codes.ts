import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fingerprint } from '#src/lib/ids';
import { compositeKey } from '#src/lib/single-flight';
import type { RecordStore } from '#src/stores/expiring-ports';

interface Deps {
  readonly records: Pick<RecordStore, 'put' | 'get'>;
  readonly clock: Clock;
}

/** Who created an authentication code, with which Adobe credentials. */
const rememberedCode = z.object({ family: z.string(), instance: z.string(), credentials: z.string() });

export type RememberedCode = z.infer<typeof rememberedCode>;

export interface CodeKey {
  readonly serviceProvider: string;
  readonly code: string;
}

const keyOf = ({ serviceProvider, code }: CodeKey): string =>
  fingerprint(compositeKey(serviceProvider, code));

/** Adobe documents the lifetime of a code, but not for how long after the login it still reads a profile. */
const maxLifetime = 60 * 60_000;

/**
 * Authentication codes of REST V2. A call that carries a code and no device goes out with the credentials that
 * created it, for any caller of the same family who holds the code.
 */
export const createCodes = ({ records, clock }: Deps) => ({
  remember: async (key: CodeKey, value: RememberedCode, notAfter: number): Promise<void> => {
    const expiresAt = Math.min(notAfter, clock.now() + maxLifetime);
    await records.put('adobe-code', keyOf(key), { value: { ...value }, expiresAt });
  },

  /** Undefined also for a code of another family. */
  find: async (key: CodeKey, family: string): Promise<RememberedCode | undefined> => {
    const value = rememberedCode.safeParse(await records.get('adobe-code', keyOf(key), clock.now()));
    return value.success && value.data.family === family ? value.data : undefined;
  },
});

export type Codes = ReturnType<typeof createCodes>;
