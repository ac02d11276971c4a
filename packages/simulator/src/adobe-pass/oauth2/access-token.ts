import { z } from 'zod';
import type { Mvpd } from '#src/fixtures';
import type { Json } from '#src/lib/json';
import { refuse } from '../errors/refusal.ts';
import { type BackChannel, OAuthError } from './back-channel.ts';
import { isOAuth } from './names.ts';

/** What Adobe stores of an OAuth 2.0 login, for authorization. */
export const oauthSession = z.object({ protocol: z.literal('oauth2'), refreshToken: z.string() });

export type OAuthSession = z.output<typeof oauthSession>;

/**
 * Exchanges the login's refresh token, which does not rotate, for an access token before each authorization. Returns
 * null if the subscriber's session at the MVPD has ended. Errors: network_*.
 */
export const createAccessTokens =
  ({ backChannel }: { backChannel: Pick<BackChannel, 'tokens'> }) =>
  async (mvpd: Mvpd, { session }: { readonly session: Json }): Promise<string | null> => {
    const stored = oauthSession.safeParse(session);
    if (!stored.success || !isOAuth(mvpd)) return null;
    try {
      const grant = { grant_type: 'refresh_token', refresh_token: stored.data.refreshToken };
      return (await backChannel.tokens(mvpd, grant)).access_token;
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      if (error.error === 'invalid_grant') return null;
      throw refuse('network_received_error');
    }
  };
