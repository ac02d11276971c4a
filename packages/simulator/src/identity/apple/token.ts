import type { Clock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { Fields } from '../form.ts';
import type { Handles } from '../handles.ts';
import { accessTokenHash, type IdTokens } from '../id-tokens.ts';
import type { ClientCheck } from './client-secret.ts';
import { AppleError, type Code, type Token } from './model.ts';

interface Deps {
  readonly clock: Clock;
  readonly clientId: string;
  readonly checkClient: ClientCheck;
  readonly codes: Handles<Code>;
  readonly accessTokens: Handles<Token>;
  readonly refreshTokens: Handles<Token>;
  readonly idTokens: Pick<IdTokens, 'issue'>;
}

const fail = (error: string, description: string): never => {
  throw new AppleError(error, description);
};

const redeem = ({ clock, codes }: Deps, { code = '', redirect_uri: redirectUri }: Fields): Code => {
  const found = codes.find(code);
  if (!found || found.expiresAt <= clock.now())
    return fail('invalid_grant', 'The code has expired or has been revoked.');
  if (found.spent) fail('invalid_grant', 'The code has already been used.');
  if (redirectUri !== found.value.redirectUri)
    fail('invalid_grant', 'redirect_uri mismatch. The code was not issued to it.');
  codes.spend(code);
  return found.value;
};

const answer = async (
  { accessTokens, idTokens, clientId }: Deps,
  token: Token,
  more: { nonce?: string | undefined; refreshToken?: string },
): Promise<JsonObject> => {
  const { user, scopes, authTime } = token;
  const accessToken = accessTokens.issue(token);
  const claims = { at_hash: accessTokenHash(accessToken), auth_time: authTime };
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: 3600,
    ...(more.refreshToken !== undefined && { refresh_token: more.refreshToken }),
    id_token: await idTokens.issue({ user, scopes, nonce: more.nonce, claims, audience: clientId }),
  };
};

/** https://developer.apple.com/documentation/signinwithapplerestapi/generate-and-validate-tokens */
export const createToken =
  (deps: Deps) =>
  async (form: Fields): Promise<JsonObject> => {
    await deps.checkClient(form);
    if (form['grant_type'] === 'authorization_code') {
      const { user, scopes, authTime, nonce } = redeem(deps, form);
      const token = { user, scopes, authTime };
      return answer(deps, token, { nonce, refreshToken: deps.refreshTokens.issue(token) });
    }
    if (form['grant_type'] !== 'refresh_token')
      return fail('unsupported_grant_type', 'grant_type is authorization_code or refresh_token.');
    const found = deps.refreshTokens.find(form['refresh_token'] ?? '');
    if (!found || found.spent) return fail('invalid_grant', 'The token has expired or has been revoked.');
    return answer(deps, found.value, {});
  };

/** https://developer.apple.com/documentation/signinwithapplerestapi/revoke-tokens: revoking any token revokes all. */
export const createRevoke =
  ({ checkClient, accessTokens, refreshTokens }: Deps) =>
  async (form: Fields): Promise<void> => {
    await checkClient(form);
    const token = form['token'] ?? '';
    const found = accessTokens.find(token) ?? refreshTokens.find(token);
    if (!found) return;
    for (const handles of [accessTokens, refreshTokens])
      handles.spendWhere(({ user }) => user.id === found.value.user.id);
  };
