import { createHash, createHmac } from 'node:crypto';
import type { Clock } from '#src/lib/clock';
import { atHash, type Bend, newSigningKey, seal } from './drafts.ts';
import { json, startServer } from './scripted-op.ts';

const signingKey = newSigningKey('facebook');
const accessToken = 'EAA-an-access-token';

export const app = { clientId: '1234567890', clientSecret: 'facebook-app-secret' };
export const userId = '9000000000000001';

const graphError = (code: number, status = 400) =>
  json({ error: { message: 'No.', type: 'OAuthException', code, fbtrace_id: 'x' } }, status);

/** The web site and the Graph API of Facebook, which do everything right until a test bends their answers. */
export const startScriptedFacebook = async (clock: Pick<Clock, 'now'>) => {
  const server = await startServer({});
  const { origin, routes } = server;
  const script = {
    /** Null: no ID Token comes along. */
    bend: null as Bend | null,
    claims: {} as Record<string, unknown>,
    inspection: {} as Record<string, unknown>,
    me: {} as Record<string, unknown>,
    /** What Facebook says of the password that it asked for. */
    reauthentication: {} as Record<string, unknown>,
  };
  const codes = new Map<string, URLSearchParams>();
  let lastDialog: URLSearchParams | undefined;
  const now = () => Math.floor(clock.now() / 1000);

  const idTokenFor = (request: URLSearchParams, bend: Bend): string =>
    seal(
      bend({
        header: { alg: 'RS256', kid: signingKey.kid, typ: 'JWT' },
        claims: {
          iss: origin,
          aud: app.clientId,
          sub: userId,
          iat: now(),
          exp: now() + 3600,
          nonce: request.get('nonce'),
          at_hash: atHash(accessToken),
          ...script.claims,
        },
        key: signingKey.privateKey,
      }),
    );

  routes['/.well-known/oauth/openid/jwks/'] = json({ keys: [signingKey.jwk] });
  routes['/v23.0/oauth/access_token'] = (request, response, body) => {
    const form = new URLSearchParams(body);
    const begun = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isFit =
      form.get('client_secret') === app.clientSecret &&
      begun?.get('code_challenge') === challenge &&
      begun.get('redirect_uri') === form.get('redirect_uri');
    if (!isFit) return graphError(100)(request, response, body);
    const tokens = { access_token: accessToken, token_type: 'bearer', expires_in: 5_184_000 };
    const idToken = script.bend && { id_token: idTokenFor(begun, script.bend) };
    json({ ...tokens, ...idToken })(request, response, body);
  };
  routes['/v23.0/debug_token'] = (...args) => {
    const { query } = server.asked.at(-1) ?? { query: new URLSearchParams() };
    if (query.get('access_token') !== `${app.clientId}|${app.clientSecret}`) return graphError(190)(...args);
    const data = {
      app_id: app.clientId,
      type: 'USER',
      is_valid: query.get('input_token') === accessToken,
      expires_at: now() + 5_184_000,
      user_id: userId,
      ...script.inspection,
    };
    json({ data })(...args);
  };
  routes['/v23.0/oauth/access_token_info'] = (...args) => {
    const { query } = server.asked.at(-1) ?? { query: new URLSearchParams() };
    const isOurs = query.get('client_id') === app.clientId && query.get('access_token') === accessToken;
    if (!isOurs) return graphError(190)(...args);
    const info = { access_token: accessToken, token_type: 'bearer', expires_in: 5_184_000 };
    const asked = lastDialog?.get('auth_type') === 'reauthenticate' && {
      auth_type: 'reauthenticate',
      auth_nonce: lastDialog.get('auth_nonce'),
    };
    json({ ...info, ...asked, ...script.reauthentication })(...args);
  };
  routes['/v23.0/me'] = (...args) => {
    const { query } = server.asked.at(-1) ?? { query: new URLSearchParams() };
    const proof = createHmac('sha256', app.clientSecret).update(accessToken).digest('hex');
    if (query.get('appsecret_proof') !== proof) return graphError(100)(...args);
    json({ id: userId, name: 'Ana Lima', email: 'ana@viewers.example', ...script.me })(...args);
  };

  return {
    origin,
    server,
    routes,
    script,
    graphError,
    approve: (url: URL): URL => {
      const callback = new URL(url.searchParams.get('redirect_uri') ?? '');
      const code = `AQ-${url.searchParams.get('state')}`;
      lastDialog = url.searchParams;
      codes.set(code, url.searchParams);
      callback.searchParams.set('code', code);
      callback.searchParams.set('state', url.searchParams.get('state') ?? '');
      callback.hash = '_=_';
      return callback;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};

export type ScriptedFacebook = Awaited<ReturnType<typeof startScriptedFacebook>>;
