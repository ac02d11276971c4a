import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import type { ArtifactStore, ExchangeStore } from '#src/stores/expiring-ports';

interface Deps {
  readonly artifacts: Pick<ArtifactStore, 'find'>;
  readonly exchanges: Pick<ExchangeStore, 'used'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface AccessToken {
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

/** Access tokens of signed-in viewers: opaque, issued by the authorization server, read here from the store. */
export const createAccessTokens = ({ artifacts, exchanges, clock }: Deps) => ({
  /** Undefined if the token is unknown, expired or revoked. Whether the sign-in is still active is not checked. */
  find: async (bearer: string): Promise<AccessToken | undefined> => {
    if (!/^[\w-]{43}$/.test(bearer)) return undefined;
    const now = clock.now();
    const stored = await artifacts.find('AccessToken', bearer, now);
    const token = storedToken.safeParse(stored?.payload).data;
    if (!token || token.exp * 1000 <= now) return undefined;
    if (stored?.answerKept) await exchanges.used('AccessToken', bearer);
    const { grantId: grant, accountId: viewer, clientId, exp } = token;
    return { grant, viewer, clientId, expiresAt: exp * 1000 };
  },
});

export type AccessTokens = ReturnType<typeof createAccessTokens>;
