import type { Context } from 'koa';
import type { Clock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { DeviceCodes } from '../device-codes.ts';
import { type Fields, formOf } from '../form.ts';
import type { Handles } from '../handles.ts';
import { accessTokenHash, type IdTokens } from '../id-tokens.ts';
import { matchesChallenge } from '../pkce.ts';
import { authenticate, type GoogleClient } from './clients.ts';
import type { DeviceRequest } from './device.ts';
import type { GoogleGrants } from './grants.ts';
import { type Code, GoogleError, scopeText, type Token } from './model.ts';
import type { GoogleSwitches } from './switches.ts';

interface Deps {
  readonly clock: Clock;
  readonly clients: readonly GoogleClient[];
  readonly codes: Handles<Code>;
  readonly deviceCodes: DeviceCodes<DeviceRequest>;
  readonly grants: GoogleGrants;
  readonly idTokens: IdTokens;
  readonly switches: GoogleSwitches;
}

/** The result of a grant type: the grant, whether the response has a refresh token, and the nonce. */
interface Granted {
  readonly token: Token;
  readonly withRefreshToken: boolean;
  readonly nonce?: string | undefined;
  readonly authTime?: number | undefined;
}

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

const fail = (status: number, error: string, description: string): never => {
  throw new GoogleError(status, error, description);
};

const checkVerifier = ({ challenge }: Code, verifier: string | undefined): void => {
  if (!challenge && verifier) fail(400, 'invalid_grant', 'code_verifier or verifier is not needed.');
  if (challenge && !verifier) fail(400, 'invalid_grant', 'Missing code verifier.');
  if (challenge && !matchesChallenge(challenge, verifier ?? ''))
    fail(400, 'invalid_grant', 'Invalid code verifier.');
};

/** https://developers.google.com/identity/openid-connect/openid-connect#exchangecode */
const redeemCode = ({ clock, codes, grants }: Deps, client: GoogleClient, form: Fields): Granted => {
  const { code = '', redirect_uri: redirectUri, code_verifier: verifier } = form;
  if (!code) fail(400, 'invalid_request', 'Missing required parameter: code');
  const found = codes.find(code);
  if (!found || client.platform !== 'web') return fail(400, 'invalid_grant', 'Malformed auth code.');
  if (found.spent || found.expiresAt <= clock.now()) fail(400, 'invalid_grant', 'Bad Request');
  if (redirectUri !== found.value.redirectUri) fail(400, 'redirect_uri_mismatch', 'Bad Request');
  checkVerifier(found.value, verifier);
  codes.spend(code);
  const { user, scopes, nonce, authTime, offline } = found.value;
  return {
    token: grants.begin({ clientId: client.clientId, user, scopes }),
    withRefreshToken: offline,
    nonce,
    authTime,
  };
};

/** https://developers.google.com/identity/gsi/web/guides/devices: 428 while pending, 403 for most errors. */
const pollDevice = ({ deviceCodes, grants, switches }: Deps, client: GoogleClient, form: Fields): Granted => {
  const { device_code: deviceCode } = form;
  if (!deviceCode) return fail(400, 'invalid_request', 'Missing required parameter: device_code');
  if (client.platform !== 'tv') fail(401, 'invalid_client', 'Invalid client type.');
  const polled = deviceCodes.poll(deviceCode, switches.deviceInterval);
  if (polled === 'unknown') return fail(400, 'invalid_grant', 'Malformed device code.');
  if (polled === 'expired') return fail(400, 'expired_token', 'Bad Request');
  if (polled === 'pending') return fail(428, 'authorization_pending', 'Precondition Required');
  if (polled === 'tooFast') return fail(403, 'slow_down', 'Forbidden');
  if (polled === 'denied') return fail(403, 'access_denied', 'Forbidden');
  const { user, request } = polled;
  const token = grants.begin({ clientId: client.clientId, user, scopes: request.scopes });
  return { token, withRefreshToken: true };
};

const refresh = ({ grants, switches }: Deps, client: GoogleClient, form: Fields): Granted => {
  const { refresh_token: refreshToken } = form;
  if (!refreshToken) return fail(400, 'invalid_request', 'Missing required parameter: refresh_token');
  const found = grants.refreshTokens.find(refreshToken);
  if (!found || found.spent) return fail(400, 'invalid_grant', 'Token has been expired or revoked.');
  if (found.value.clientId !== client.clientId) fail(401, 'unauthorized_client', 'Unauthorized');
  if (switches.disabledUsers.includes(found.value.user.id))
    fail(400, 'invalid_grant', 'Account has been disabled.');
  return { token: found.value, withRefreshToken: false };
};

export const createToken = (deps: Deps) => {
  const grantedBy: Readonly<Record<string, typeof redeemCode>> = {
    authorization_code: redeemCode,
    refresh_token: refresh,
    [deviceGrant]: pollDevice,
  };
  return async (ctx: Context): Promise<void> => {
    ctx.set('cache-control', 'no-store');
    const form = await formOf(ctx);
    const client = authenticate(ctx, form, deps.clients);
    const grantType = form['grant_type'] ?? '';
    const granted =
      grantedBy[grantType]?.(deps, client, form) ??
      fail(400, 'unsupported_grant_type', `Invalid grant_type: ${grantType}`);
    ctx.body = await answer(deps, granted);
  };
};

const answer = async (
  { grants, idTokens }: Deps,
  { token, withRefreshToken, nonce, authTime }: Granted,
): Promise<JsonObject> => {
  const { user, scopes, clientId } = token;
  const accessToken = grants.accessTokens.issue(token);
  const claims = { at_hash: accessTokenHash(accessToken), auth_time: authTime ?? null };
  return {
    access_token: accessToken,
    expires_in: 3599,
    ...(withRefreshToken && { refresh_token: grants.refreshTokens.issue(token) }),
    scope: scopeText(scopes),
    token_type: 'Bearer',
    ...(scopes.includes('openid') && {
      id_token: await idTokens.issue({ user, scopes, nonce, claims, audience: clientId }),
    }),
  };
};
