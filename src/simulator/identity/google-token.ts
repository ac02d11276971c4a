import type { Context } from 'koa';
import type { Clock } from '#src/lib/clock';
import type { IdentityClient } from '../fixtures.ts';
import { type Fields, formOf } from './form.ts';
import { type Code, GoogleError, scopeText, type Token } from './google-model.ts';
import type { Handles } from './handles.ts';
import { accessTokenHash, type IdTokens } from './id-tokens.ts';
import { answers } from './pkce.ts';

interface Deps {
  readonly clock: Clock;
  readonly client: IdentityClient;
  readonly codes: Handles<Code>;
  readonly tokens: Handles<Token>;
  readonly idTokens: IdTokens;
}

const fail = (status: number, error: string, description: string): never => {
  throw new GoogleError(status, error, description);
};

/** client_secret_basic (RFC 6749 §2.3.1, form-encoded before base64) or client_secret_post. */
const credentialsOf = (ctx: Context, form: Fields) => {
  const [, encoded] = /^Basic ([\w+/=-]+)$/i.exec(ctx.get('authorization')) ?? [];
  if (encoded === undefined) return { id: form['client_id'], secret: form['client_secret'] };
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':');
  const decoded = new URLSearchParams(`id=${id}&secret=${secret}`);
  return { id: decoded.get('id') ?? '', secret: decoded.get('secret') ?? '' };
};

const checkClient = (ctx: Context, form: Fields, client: IdentityClient): void => {
  const { id, secret } = credentialsOf(ctx, form);
  if (!id) fail(400, 'invalid_request', 'Could not determine client ID from request.');
  if (id !== client.clientId) fail(401, 'invalid_client', 'The OAuth client was not found.');
  if (!secret) fail(400, 'invalid_request', 'client_secret is missing.');
  if (secret !== client.clientSecret) fail(401, 'invalid_client', 'The provided client secret is invalid.');
};

const checkVerifier = ({ challenge }: Code, verifier: string | undefined): void => {
  if (!challenge && verifier) fail(400, 'invalid_grant', 'code_verifier or verifier is not needed.');
  if (challenge && !verifier) fail(400, 'invalid_grant', 'Missing code verifier.');
  if (challenge && !answers(challenge, verifier ?? '')) fail(400, 'invalid_grant', 'Invalid code verifier.');
};

/** https://developers.google.com/identity/openid-connect/openid-connect#exchangecode */
export const createToken = ({ clock, client, codes, tokens, idTokens }: Deps) => {
  const redeem = ({ grant_type: grantType = '', code = '', ...form }: Fields): Code => {
    if (grantType !== 'authorization_code')
      fail(400, 'unsupported_grant_type', `Invalid grant_type: ${grantType}`);
    if (!code) fail(400, 'invalid_request', 'Missing required parameter: code');
    const found = codes.find(code);
    if (!found) return fail(400, 'invalid_grant', 'Malformed auth code.');
    if (found.spent || found.expiresAt <= clock.now()) fail(400, 'invalid_grant', 'Bad Request');
    if (form['redirect_uri'] !== found.value.redirectUri) fail(400, 'redirect_uri_mismatch', 'Bad Request');
    checkVerifier(found.value, form['code_verifier']);
    codes.spend(code);
    return found.value;
  };

  return async (ctx: Context): Promise<void> => {
    ctx.set('cache-control', 'no-store');
    const form = await formOf(ctx);
    checkClient(ctx, form, client);
    const { user, scopes, nonce } = redeem(form);
    const accessToken = tokens.issue({ user, scopes });
    const claims = { at_hash: accessTokenHash(accessToken) };
    ctx.body = {
      access_token: accessToken,
      expires_in: 3599,
      scope: scopeText(scopes),
      token_type: 'Bearer',
      ...(scopes.includes('openid') && {
        id_token: await idTokens.issue({ user, scopes, nonce, claims, audience: client.clientId }),
      }),
    };
  };
};
