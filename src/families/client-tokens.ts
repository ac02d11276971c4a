import { z } from 'zod';
import { type Clock, seconds } from '#src/lib/clock';
import { fingerprint, type Ids } from '#src/lib/ids';
import type { RecordStore } from '#src/stores/expiring-ports';
import type { CallerStore, Instance, Standing } from '#src/stores/ports';

interface Deps {
  readonly records: Pick<RecordStore, 'put'>;
  readonly callers: Pick<CallerStore, 'byClientToken'>;
  /** Milliseconds. */
  readonly lifetime: number;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** As in Adobe's response: `created_at` in milliseconds, `expires_in` in seconds. */
export interface ClientToken {
  readonly id: string;
  readonly accessToken: string;
  readonly createdAt: number;
  readonly expiresIn: number;
}

/** Distinguishes client tokens from every other kind before any lookup. */
const prefix = 'kct_';

/** Earlier versions did not store when it expires. */
const stored = z.object({ instance: z.string(), expiresAt: z.number().optional() });

/** What the token rests on, and when it expires, if that is known. */
type HeldToken = Standing & { readonly expiresAt: number | undefined };

/** Access tokens of instances without a signed-in viewer. Opaque; stored by their hash. */
export const createClientTokens = ({ records, callers, lifetime, clock, ids }: Deps) => ({
  issue: async (instance: Instance): Promise<ClientToken> => {
    const accessToken = `${prefix}${ids.secret()}`;
    const createdAt = clock.now();
    const expiresAt = createdAt + lifetime;
    await records.put('client-token', fingerprint(accessToken), {
      value: { instance: instance.id, expiresAt },
      expiresAt,
    });
    return { id: ids.uuid(), accessToken, createdAt, expiresIn: seconds(lifetime) };
  },

  isOne: (bearer: string): boolean => bearer.startsWith(prefix),

  /** Undefined if the token is unknown or expired. What it rests on is not judged. */
  find: async (accessToken: string): Promise<HeldToken | undefined> => {
    const found = await callers.byClientToken(fingerprint(accessToken), clock.now());
    const token = stored.safeParse(found?.value).data;
    if (!found || !token) return undefined;
    const { value: _, ...restsOn } = found;
    return { ...restsOn, expiresAt: token.expiresAt };
  },
});

export type ClientTokens = ReturnType<typeof createClientTokens>;
