import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fingerprint } from '#src/lib/ids';
import type { Json } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type { RecordStore } from '#src/stores/expiring-ports';
import { knownDevice } from './known-device.ts';
import { tokenFacts } from './token-facts.ts';

interface Deps {
  readonly records: Pick<RecordStore, 'put' | 'get'>;
  readonly clock: Clock;
}

/** Who created an authentication code, with which Adobe credentials. */
const rememberedCode = z.object({
  family: z.string(),
  instance: z.string(),
  viewer: z.string().optional(),
  credentials: z.string(),
  app: z.string().optional(),
  /** SHA-256 of the software statement that the credentials were registered with. */
  statement: z.string().optional(),
  /** What the service token said that the session was created with. */
  token: tokenFacts.optional(),
  device: knownDevice.optional(),
  /** Milliseconds since 1970, as Adobe told it. */
  notAfter: z.number().optional(),
});

export type RememberedCode = z.infer<typeof rememberedCode>;

export interface CodeKey {
  readonly serviceProvider: string;
  readonly code: string;
}

const keyOf = ({ serviceProvider, code }: CodeKey): string =>
  fingerprint(compositeKey(serviceProvider, code));

/** Adobe documents the lifetime of a code, but not for how long after the login it still reads a profile. */
const maxLifetime = 60 * 60_000;

/** Which code a device got last with these credentials. */
const newestKeyOf = (serviceProvider: string, credentials: string): string =>
  fingerprint(compositeKey('newest', serviceProvider, credentials));

/** In the place of a code after which the device has got another one. */
const replaced = z.strictObject({ replaced: z.literal(true) });

/** Picks what is remembered; members without a value are left out. */
const asJson = (value: RememberedCode): Json => JSON.parse(JSON.stringify(rememberedCode.parse(value)));

/**
 * Authentication codes of REST V2. A call that carries a code and no device goes out with the credentials that
 * created it, for any caller of the same family who holds the code.
 */
export const createCodes = ({ records, clock }: Deps) => {
  const put = (key: string, value: Json, notAfter: number): Promise<void> =>
    records.put('adobe-code', key, { value, expiresAt: Math.min(notAfter, clock.now() + maxLifetime) });

  const remember = (key: CodeKey, value: RememberedCode, notAfter: number): Promise<void> =>
    put(keyOf(key), asJson(value), notAfter);

  return {
    remember,

    /** Remembers the code of a new session. Adobe no longer accepts the code that the device got before. */
    rememberNewest: async (key: CodeKey, value: RememberedCode, notAfter: number): Promise<void> => {
      const newest = newestKeyOf(key.serviceProvider, value.credentials);
      const before = z.string().safeParse(await records.get('adobe-code', newest, clock.now()));
      await remember(key, value, notAfter);
      await put(newest, keyOf(key), notAfter);
      if (before.success && before.data !== keyOf(key)) await put(before.data, { replaced: true }, notAfter);
    },

    /** Whether the device that created it has got another one since. */
    isReplaced: async (key: CodeKey): Promise<boolean> =>
      replaced.safeParse(await records.get('adobe-code', keyOf(key), clock.now())).success,

    /** The id of the credentials that created it, of whichever family. */
    credentialsOf: async (key: CodeKey): Promise<string | undefined> =>
      rememberedCode.safeParse(await records.get('adobe-code', keyOf(key), clock.now())).data?.credentials,

    /** Undefined also for a code of another family. */
    find: async (key: CodeKey, family: string): Promise<RememberedCode | undefined> => {
      const value = rememberedCode.safeParse(await records.get('adobe-code', keyOf(key), clock.now()));
      return value.success && value.data.family === family ? value.data : undefined;
    },
  };
};

export type Codes = ReturnType<typeof createCodes>;
