import { z } from 'zod';
import type { Mvpd } from '#src/fixtures';
import type { Json } from '#src/lib/json';
import { refuse } from '../errors/refusal.ts';
import { type BackChannel, OAuthError } from './back-channel.ts';
import { isOAuth } from './names.ts';

/** What Adobe keeps of an OAuth 2.0 login, for authorization. */
export const oauthSession = z.object({ protocol: z.literal('oauth2'), refreshToken: z.string() });

export type OAuthSession = z.output<typeof oauthSession>;

/**
 * Trades the refresh token of a login, which stays the same, for an access token: what each authorization begins
 * with. Null when the MVPD gives none any more, because the subscriber's session there has ended. Error: Refusal
 * network_* for faults of the line.
 */
export const createAccessTokens =
  ({ backChannel }: { backChannel: Pick<BackChannel, 'tokens'> }) =>
  async (mvpd: Mvpd, { session }: { readonly session: Json }): Promise<string | null> => {
    const held = oauthSession.safeParse(session);
    if (!held.success || !isOAuth(mvpd)) return null;
    try {
      const grant = { grant_type: 'refresh_token', refresh_token: held.data.refreshToken };
      return (await backChannel.tokens(mvpd, grant)).access_token;
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      if (error.error === 'invalid_grant') return null;
      throw refuse('network_received_error');
    }
  };
