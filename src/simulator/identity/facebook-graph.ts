import { createHmac } from 'node:crypto';
import { type Clock, seconds } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { IdentityClient } from '../fixtures.ts';
import { type EmailOf, GraphError, type Token } from './facebook-model.ts';
import type { Fields } from './form.ts';
import type { Handle, Handles } from './handles.ts';
import type { FacebookSwitches } from './identity-party.ts';

interface Deps {
  readonly clock: Clock;
  readonly client: IdentityClient;
  readonly tokens: Handles<Token>;
  readonly emailOf: EmailOf;
  readonly switches: FacebookSwitches;
}

const invalidToken = { message: 'Invalid OAuth access token - Cannot parse access token', code: 190 };

const isOver = (token: Handle<Token>, clock: Clock): boolean => token.expiresAt <= clock.now();

/** https://developers.facebook.com/docs/graph-api/reference/debug_token */
export const createDebugToken =
  ({ clock, client, tokens, switches }: Deps) =>
  (fields: Fields): JsonObject => {
    const { input_token: inputToken, access_token: appToken = '' } = fields;
    if (appToken !== `${client.clientId}|${client.clientSecret}`) throw new GraphError(invalidToken);
    if (!inputToken)
      throw new GraphError({ message: '(#100) The parameter input_token is required', code: 100 });
    const token = tokens.find(inputToken);
    if (!token)
      return {
        data: { error: { code: 190, message: 'Invalid OAuth access token.' }, is_valid: false, scopes: [] },
      };
    const { appId, user, scopes, issuedAt } = token.value;
    if (appId !== client.clientId && !switches.debugsOtherApps)
      throw new GraphError({
        message: '(#100) The App_id in the input_token did not match the Viewing App',
        code: 100,
      });
    const over = isOver(token, clock);
    return {
      data: {
        app_id: appId,
        type: 'USER',
        application: 'Kinpass',
        ...(over && {
          error: { code: 190, message: 'Error validating access token: Session has expired.', subcode: 463 },
        }),
        expires_at: seconds(token.expiresAt),
        is_valid: !over,
        issued_at: issuedAt,
        scopes: [...scopes],
        user_id: user.facebook.id,
      },
    };
  };

/** https://developers.facebook.com/docs/graph-api/securing-requests: hex HMAC-SHA256 of the token. */
const checkProof = (proof: string | undefined, accessToken: string, app: string, client: IdentityClient) => {
  if (proof === undefined) return;
  const expected = createHmac('sha256', client.clientSecret).update(accessToken).digest('hex');
  if (app !== client.clientId || proof !== expected)
    throw new GraphError({
      message: 'Invalid appsecret_proof provided in the API argument',
      type: 'GraphMethodException',
      code: 100,
    });
};

/** The user node. Fields: id, name, email; the last only with its permission and an address to give. */
export const createMe =
  ({ clock, client, tokens, emailOf }: Deps) =>
  (fields: Fields): JsonObject => {
    const { access_token: accessToken, fields: wanted = 'id,name', appsecret_proof: proof } = fields;
    if (!accessToken)
      throw new GraphError({
        message: 'An active access token must be used to query information about the current user.',
        code: 2500,
      });
    const token = tokens.find(accessToken);
    if (!token) throw new GraphError(invalidToken);
    if (isOver(token, clock))
      throw new GraphError({
        message: 'Error validating access token: Session has expired.',
        code: 190,
        subcode: 463,
      });
    const { user, appId, scopes } = token.value;
    checkProof(proof, accessToken, appId, client);
    const node = new Map([
      ['id', user.facebook.id],
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
