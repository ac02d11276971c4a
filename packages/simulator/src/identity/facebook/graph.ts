import { createHmac } from 'node:crypto';
import { type Clock, seconds } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { Fields } from '../form.ts';
import type { Handle, Handles } from '../handles.ts';
import type { FacebookApps } from './apps.ts';
import { type EmailOf, GraphError, type Token } from './model.ts';
import type { FacebookSwitches } from './switches.ts';

interface Deps {
  readonly clock: Clock;
  readonly apps: FacebookApps;
  readonly tokens: Handles<Token>;
  readonly emailOf: EmailOf;
  readonly switches: FacebookSwitches;
}

const invalidToken = { message: 'Invalid OAuth access token - Cannot parse access token', code: 190 };

/** Why a token is no longer valid. */
const invalidityOf = (
  token: Handle<Token>,
  clock: Clock,
): { message: string; subcode: number } | undefined => {
  if (token.spent)
    return {
      message: `Error validating access token: The user has not authorized application ${token.value.appId}.`,
      subcode: 458,
    };
  if (token.expiresAt <= clock.now())
    return { message: 'Error validating access token: Session has expired.', subcode: 463 };
  return undefined;
};

/** https://developers.facebook.com/docs/graph-api/reference/debug_token */
export const createDebugToken =
  ({ clock, apps, tokens, switches }: Deps) =>
  (fields: Fields): JsonObject => {
    const { input_token: inputToken, access_token: appToken = '' } = fields;
    const viewer = apps.byAppToken(appToken);
    if (!viewer) throw new GraphError(invalidToken);
    if (!inputToken)
      throw new GraphError({ message: '(#100) The parameter input_token is required', code: 100 });
    const token = tokens.find(inputToken);
    if (!token)
      return {
        data: { error: { code: 190, message: 'Invalid OAuth access token.' }, is_valid: false, scopes: [] },
      };
    const { appId, user, scopes, issuedAt } = token.value;
    if (appId !== viewer.clientId && !switches.debugsOtherApps)
      throw new GraphError({
        message: '(#100) The App_id in the input_token did not match the Viewing App',
        code: 100,
      });
    const invalidity = invalidityOf(token, clock);
    return {
      data: {
        app_id: appId,
        type: 'USER',
        application: 'Kinpass',
        ...(invalidity && { error: { code: 190, ...invalidity } }),
        expires_at: seconds(token.expiresAt),
        is_valid: invalidity === undefined,
        issued_at: issuedAt,
        scopes: [...scopes],
        user_id: apps.userId(appId, user),
      },
    };
  };

/**
 * What an app learns of a token by itself, without a secret: whether the password was asked for, and for which nonce
 * (https://developers.facebook.com/docs/facebook-login/guides/advanced/re-authentication).
 */
export const createTokenInfo =
  ({ clock, apps, tokens }: Pick<Deps, 'clock' | 'apps' | 'tokens'>) =>
  (fields: Fields): JsonObject => {
    const { client_id: clientId = '', access_token: accessToken = '' } = fields;
    const token = tokens.find(accessToken);
    if (!apps.byId(clientId) || token?.value.appId !== clientId || invalidityOf(token, clock))
      throw new GraphError(invalidToken);
    const { reauthenticated: nonce } = token.value;
    return {
      access_token: accessToken,
      token_type: 'bearer',
      expires_in: seconds(token.expiresAt - clock.now()),
      ...(nonce !== undefined && { auth_type: 'reauthenticate', ...(nonce && { auth_nonce: nonce }) }),
    };
  };

/** https://developers.facebook.com/docs/graph-api/securing-requests: hex HMAC-SHA256 of the token. */
const checkProof = (proof: string | undefined, accessToken: string, app: string, apps: FacebookApps) => {
  if (proof === undefined) return;
  const secret = apps.byId(app)?.clientSecret;
  if (secret === undefined || proof !== createHmac('sha256', secret).update(accessToken).digest('hex'))
    throw new GraphError({
      message: 'Invalid appsecret_proof provided in the API argument',
      type: 'GraphMethodException',
      code: 100,
    });
};

/** The user node. Fields: id, name, email; email only with its permission, and if the user has an address. */
export const createMe =
  ({ clock, apps, tokens, emailOf }: Deps) =>
  (fields: Fields): JsonObject => {
    const { access_token: accessToken, fields: wanted = 'id,name', appsecret_proof: proof } = fields;
    if (!accessToken)
      throw new GraphError({
        message: 'An active access token must be used to query information about the current user.',
        code: 2500,
      });
    const token = tokens.find(accessToken);
    if (!token) throw new GraphError(invalidToken);
    const invalidity = invalidityOf(token, clock);
    if (invalidity) throw new GraphError({ code: 190, ...invalidity });
    const { user, appId, scopes } = token.value;
    checkProof(proof, accessToken, appId, apps);
    const node = new Map([
      ['id', apps.userId(appId, user)],
      ['name', user.name],
      ['email', emailOf(user, scopes)],
    ]);
    const names = ['id', ...wanted.split(',').filter(Boolean)];
    const unknown = names.find((name) => !node.has(name));
    if (unknown !== undefined)
      throw new GraphError({
        message: `(#100) Tried accessing nonexisting field (${unknown}) on node type (User)`,
        code: 100,
      });
    return Object.fromEntries(
      names.flatMap((name) => (node.get(name) ? [[name, node.get(name) ?? '']] : [])),
    );
  };
