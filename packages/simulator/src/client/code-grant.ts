import { createHash } from 'node:crypto';
import type { Ids } from '#src/lib/ids';
import { type OauthClient, scope, type Tokens, tokensOf } from './oauth-client.ts';

export interface AuthorizationRequest {
  readonly url: URL;
  /**
   * Exchanges the code in the address that the browser came back with. Errors: an Error if it has an OAuth error, no
   * code or another state, or if the token endpoint refuses the code.
   */
  redeem(landed: URL): Promise<Tokens>;
}

interface Deps {
  readonly oauth: OauthClient;
  readonly redirectUri: string | undefined;
  readonly ids: Ids;
}

/** The app's side of the authorization code grant with PKCE. */
export const createCodeGrant = ({ oauth, redirectUri, ids }: Deps) => ({
  /** The address to open in a browser. Errors: an Error if the app has no redirect URI. */
  async authorize(): Promise<AuthorizationRequest> {
    if (!redirectUri) throw new Error(`${oauth.clientId} has no redirect URI to come back to`);
    const [state, verifier] = [ids.secret(16), ids.secret()];
    const url = new URL(await oauth.endpoint('authorization_endpoint'));
    const parameters = {
      client_id: oauth.clientId,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope,
      prompt: 'consent',
      state,
      nonce: ids.secret(16),
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);

    const redeem = async (landed: URL): Promise<Tokens> => {
      const code = codeOf(landed, state);
      const form = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      };
      return tokensOf(await oauth.post('token_endpoint', form));
    };
    return { url, redeem };
  },
});

const codeOf = ({ searchParams, protocol, host, pathname }: URL, state: string): string => {
  const error = searchParams.get('error');
  if (error) throw new Error(`the sign-in ended with ${error}`);
  const code = searchParams.get('code');
  if (code && searchParams.get('state') === state) return code;
  throw new Error(
    `the browser came back to ${protocol}//${host}${pathname} without the code of this request`,
  );
};
