import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { createCodeGrant } from './code-grant.ts';
import { createDeviceGrant } from './device-grant.ts';
import { type OauthClient, type Tokens, tokensOf } from './oauth-client.ts';

interface Deps {
  readonly oauth: OauthClient;
  readonly redirectUri: string | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** How an app signs a viewer in, keeps them signed in, and signs them out. */
export const createSignInClient = ({ oauth, redirectUri, clock, ids }: Deps) => ({
  ...createDeviceGrant({ oauth, clock }),
  ...createCodeGrant({ oauth, redirectUri, ids }),

  refresh: async (refreshToken: string): Promise<Tokens> =>
    tokensOf(
      await oauth.post('token_endpoint', { grant_type: 'refresh_token', refresh_token: refreshToken }),
    ),

  /** Ends the sign-in: revoking the refresh token revokes all that came from the same grant. */
  signOut: async ({ accessToken, refreshToken }: Tokens): Promise<void> => {
    await oauth.post('revocation_endpoint', { token: refreshToken ?? accessToken });
  },
});

export type SignInClient = ReturnType<typeof createSignInClient>;
