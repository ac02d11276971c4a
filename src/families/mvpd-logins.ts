import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fingerprint } from '#src/lib/ids';
import type { Json } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type { RecordStore } from '#src/stores/expiring-ports';

interface Deps {
  readonly records: Pick<RecordStore, 'put' | 'get' | 'delete'>;
  readonly clock: Pick<Clock, 'now'>;
}

const shape = z.object({
  mvpd: z.string(),
  /** Of the MVPD, for people. */
  name: z.string(),
  code: z.string(),
  /** As Adobe sent it, to be opened in a browser. */
  url: z.string(),
  /** Milliseconds since 1970. */
  notAfter: z.number(),
});

/** A login at an MVPD that a viewer has begun, and the code of its authentication session. */
export type MvpdLogin = z.infer<typeof shape>;

/** Whose login it is: the pair of credentials that the code belongs to, by what the pair belongs to. */
export interface LoginKey {
  readonly serviceProvider: string;
  readonly instance: string;
  /** Null for the device itself. */
  readonly holder: string | null;
}

const keyOf = ({ serviceProvider, instance, holder }: LoginKey): string =>
  fingerprint(compositeKey(serviceProvider, instance, holder ?? ''));

/** Logins that are under way. A new code of the same pair would end one at Adobe, so whoever asks again gets the code that lives. */
export const createMvpdLogins = ({ records, clock }: Deps) => ({
  find: async (key: LoginKey): Promise<MvpdLogin | undefined> =>
    shape.safeParse(await records.get('mvpd-login', keyOf(key), clock.now())).data,

  remember: (key: LoginKey, login: MvpdLogin): Promise<void> =>
    records.put('mvpd-login', keyOf(key), { value: login satisfies Json, expiresAt: login.notAfter }),

  forget: (key: LoginKey): Promise<void> => records.delete('mvpd-login', keyOf(key)),
});

export type MvpdLogins = ReturnType<typeof createMvpdLogins>;
