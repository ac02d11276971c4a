import type { IncomingMessage } from 'node:http';
import { newSigningKey } from '../../identity/drafts.ts';
import { type Handler, json, startServer } from '../../identity/scripted-op.ts';

export const registration = {
  clientId: 'kinpass',
  clientSecret: 'a secret: with/odd characters',
  redirectUri: 'https://sso.example/callback/op',
};

const key = newSigningKey('one');

export const signingKey: Readonly<Record<string, unknown>> = key.jwk;

/** A well-behaved OpenID Provider whose every answer can be bent while it runs. */
export const startHostileProvider = async () => {
  const server = await startServer({});
  const { origin, routes } = server;
  const script = {
    /** Laid over the discovery document; undefined removes a member. */
    metadata: {} as Record<string, unknown>,
    keys: [signingKey] as readonly unknown[],
    /** What a browser in which nobody is signed in gets, in addition to state and iss. */
    callback: { error: 'login_required' } as Record<string, string | undefined>,
    tokenError: { error: 'invalid_grant', status: 400 },
    clientId: registration.clientId,
    authenticates: 'client_secret_basic',
    headers: {} as Record<string, string>,
  };

  const bent =
    (handle: Handler): Handler =>
    (request, response, body) => {
      for (const [name, value] of Object.entries(script.headers)) response.setHeader(name, value);
      handle(request, response, body);
    };

  routes['/.well-known/openid-configuration'] = bent((...args) =>
    json({ ...metadataOf(origin), ...script.metadata })(...args),
  );
  routes['/jwks'] = bent((...args) => json({ keys: script.keys })(...args));
  routes['/authorize'] = bent((request, response) => {
    const query = new URL(request.url ?? '/', origin).searchParams;
    if (query.get('client_id') !== script.clientId || query.get('redirect_uri') !== registration.redirectUri)
      return void response.writeHead(400, { 'content-type': 'text/html' }).end('<h1>Something is wrong</h1>');
    const callback = new URL(registration.redirectUri);
    const answer = { iss: origin, state: query.get('state') ?? '', ...script.callback };
    for (const [name, value] of Object.entries(answer))
      if (value !== undefined) callback.searchParams.set(name, value);
    const location = query.get('prompt') === 'none' ? callback.href : `${origin}/login`;
    response.writeHead(303, { location }).end();
  });
  routes['/token'] = bent((request, response, body) => {
    const { error, status } = isAuthentic(request, body, script)
      ? script.tokenError
      : { error: 'invalid_client', status: 401 };
    json({ error }, status)(request, response, body);
  });

  return {
    origin,
    routes,
    script,
    asked: server.asked,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};

export type HostileProvider = Awaited<ReturnType<typeof startHostileProvider>>;

const metadataOf = (origin: string) => ({
  issuer: origin,
  authorization_endpoint: `${origin}/authorize`,
  token_endpoint: `${origin}/token`,
  jwks_uri: `${origin}/jwks`,
  userinfo_endpoint: `${origin}/userinfo`,
  revocation_endpoint: `${origin}/revoke`,
  end_session_endpoint: `${origin}/logout`,
  response_types_supported: ['code'],
  response_modes_supported: ['query', 'form_post'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  scopes_supported: ['openid', 'email', 'profile'],
  claims_supported: ['sub', 'email', 'email_verified', 'auth_time', 'customer_id'],
  subject_types_supported: ['public'],
  prompt_values_supported: ['none', 'login', 'select_account'],
  code_challenge_methods_supported: ['S256'],
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
  authorization_response_iss_parameter_supported: true,
  backchannel_logout_supported: true,
});

/** A page for people, with this status. */
export const page =
  (text: string, status = 200): Handler =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end(`<h1>${text}</h1>`);
  };

const isAuthentic = (
  request: IncomingMessage,
  body: string,
  { clientId, authenticates: method }: { readonly clientId: string; readonly authenticates: string },
): boolean => {
  const form = new URLSearchParams(body);
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const used = basic ? 'client_secret_basic' : form.has('client_secret') ? 'client_secret_post' : 'none';
  const [id, secret] = basic
    ? Buffer.from(basic, 'base64')
        .toString()
        .split(':')
        .map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
    : [form.get('client_id'), form.get('client_secret')];
  const isRight = used === 'none' || secret === registration.clientSecret;
  return used === method && id === clientId && isRight;
};
