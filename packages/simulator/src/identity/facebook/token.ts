import type { IdentityClient } from '#src/fixtures';
import { type Clock, seconds } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { Fields } from '../form.ts';
import type { Handles } from '../handles.ts';
import { accessTokenHash, type IdTokens } from '../id-tokens.ts';
import { matchesChallenge } from '../pkce.ts';
import { type Code, GraphError, type Token } from './model.ts';
import type { FacebookSwitches } from './switches.ts';

interface Deps {
  readonly clock: Clock;
  readonly client: IdentityClient;
  readonly codes: Handles<Code>;
  readonly tokens: Handles<Token>;
  readonly idTokens: IdTokens;
  readonly switches: FacebookSwitches;
}

/** Seconds: sixty days, as for server-side tokens. */
export const userTokenLifetime = 5_184_000;

const fail = (code: number, message: string, subcode?: number): never => {
  throw new GraphError({ code, message, ...(subcode !== undefined && { subcode }) });
};

const checkApp = (fields: Fields, client: IdentityClient): void => {
  const { client_id: id, client_secret: secret } = fields;
  if (!id) fail(101, 'Missing client_id parameter.');
  if (id !== client.clientId) fail(101, 'Error validating application. Invalid application ID.');
  if (secret !== undefined && secret !== client.clientSecret) fail(1, 'Error validating client secret.');
};

/** With a code verifier the app's secret is optional. */
const checkProof = (
  { challenge }: Code,
  { code_verifier: verifier, client_secret: secret }: Fields,
): void => {
  if (!challenge && secret === undefined) fail(1, 'Missing client_secret parameter.');
  if (challenge && !matchesChallenge(challenge, verifier ?? ''))
    fail(100, 'Error validating verification code. The code verifier does not match.');
};

/** https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow#confirm */
export const createToken = ({ clock, client, codes, tokens, idTokens, switches }: Deps) => {
  const redeem = (fields: Fields): Code => {
    checkApp(fields, client);
    const { code = '', redirect_uri: redirectUri } = fields;
    if (!redirectUri) fail(191, 'Missing redirect_uri parameter.');
    const found = codes.find(code);
    if (!found) return fail(100, 'Invalid verification code format.');
    if (found.spent) fail(100, 'This authorization code has been used.', 36009);
    if (found.expiresAt <= clock.now()) fail(100, 'This authorization code has expired.', 36007);
    if (redirectUri !== found.value.redirectUri)
      fail(
        100,
        'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request',
        36008,
      );
    checkProof(found.value, fields);
    codes.spend(code);
    return found.value;
  };

  return async (fields: Fields): Promise<JsonObject> => {
    const { user, scopes, nonce, reauthenticated } = redeem(fields);
    const issuedAt = seconds(clock.now());
    const accessToken = tokens.issue({
      user,
      scopes,
      appId: client.clientId,
      issuedAt,
      reauthenticated,
    });
    const wanted = scopes.includes('openid') && switches.idTokenInCodeFlow;
    const claims = { at_hash: accessTokenHash(accessToken) };
    return {
      access_token: accessToken,
      token_type: 'bearer',
      expires_in: userTokenLifetime,
      ...(wanted && {
        id_token: await idTokens.issue({ user, scopes, nonce, claims, audience: client.clientId }),
      }),
    };
  };
};
