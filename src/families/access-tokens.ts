import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fingerprint } from '#src/lib/ids';
import type { ExchangeStore } from '#src/stores/expiring-ports';
import type { CallerStore, StoredAccessToken } from '#src/stores/ports';

interface Deps {
  readonly callers: Pick<CallerStore, 'byAccessToken'>;
  readonly exchanges: Pick<ExchangeStore, 'used'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** With everything that it rests on. */
export interface AccessToken extends Omit<StoredAccessToken, 'artifact'> {
  /** How a change of it names it. */
  readonly hash: string;
  /** The sign-in that it was issued for. */
  readonly grant: string;
  readonly viewer: string;
  readonly clientId: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** The members of an access token that oidc-provider stores, as far as they matter here; `exp` in seconds. */
const storedToken = z.object({
  kind: z.literal('AccessToken'),
  grantId: z.string(),
  accountId: z.string(),
  clientId: z.string(),
  exp: z.number(),
});

/** As oidc-provider makes them. */
const form = /^[\w-]{43}$/;

/** Access tokens of signed-in viewers: opaque, issued by the authorization server, read here from the store. */
export const createAccessTokens = ({ callers, exchanges, clock }: Deps) => ({
  isOne: (bearer: string): boolean => form.test(bearer),

  /**
   * Undefined if the token is unknown, expired or revoked. What it rests on is not judged. `isUse`: its client has shown that it
   * has received it.
   */
  find: async (bearer: string, { isUse = true } = {}): Promise<AccessToken | undefined> => {
    if (!form.test(bearer)) return undefined;
    const now = clock.now();
    const stored = await callers.byAccessToken(bearer, now);
    const token = storedToken.safeParse(stored?.artifact.payload).data;
    if (!stored || !token || token.exp * 1000 <= now) return undefined;
    const { artifact, ...restsOn } = stored;
    if (isUse && artifact.answerKept) await exchanges.used('AccessToken', bearer);
    const { grantId: grant, accountId: viewer, clientId, exp } = token;
    return { ...restsOn, hash: fingerprint(bearer), grant, viewer, clientId, expiresAt: exp * 1000 };
  },
});

export type AccessTokens = ReturnType<typeof createAccessTokens>;
