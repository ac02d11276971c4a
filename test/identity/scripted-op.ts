import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Clock } from '#src/lib/clock';
import { atHash, type Bend, newSigningKey, type SigningKey, seal } from './drafts.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export const json =
  (value: unknown, status = 200): Handler =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };

/** A small server on loopback that remembers what it was asked. Routes may be replaced while it runs. */
export const startServer = async (routes: Record<string, Handler>) => {
  const asked: { method: string; path: string; query: URLSearchParams; form: URLSearchParams }[] = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const body = await text(request);
    asked.push({
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      form: new URLSearchParams(body),
    });
    (routes[pathname] ?? json({ error: 'not_found' }, 404))(request, response, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    routes,
    asked,
    times: (path: string) => asked.filter((one) => one.path === path).length,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

const client = { id: 'kinpass', secret: 'a secret: with/odd characters' };

const signingKey = newSigningKey('one');

/** An OpenID Provider that does everything right, until a test bends its answers. */
export const startScriptedOp = async (clock: Pick<Clock, 'now'>) => {
  const server = await startServer({});
  const { origin: issuer, routes } = server;
  const script = {
    bend: ((draft) => draft) as Bend,
    claims: {} as Record<string, unknown>,
    metadata: {} as Record<string, unknown>,
    signingKey,
    published: [signingKey.jwk] as Readonly<Record<string, unknown>>[],
    callback: {} as Record<string, string | undefined>,
  };
  const codes = new Map<string, URLSearchParams>();

  const idTokenFor = (request: URLSearchParams, accessToken: string): string => {
    const now = Math.floor(clock.now() / 1000);
    return seal(
      script.bend({
        header: { alg: 'RS256', kid: script.signingKey.kid, typ: 'JWT' },
        claims: {
          iss: issuer,
          sub: 'ana',
          aud: request.get('client_id'),
          iat: now,
          exp: now + 300,
          nonce: request.get('nonce'),
          at_hash: atHash(accessToken),
          ...script.claims,
        },
        key: script.signingKey.privateKey,
      }),
    );
  };

  routes['/.well-known/openid-configuration'] = (...args) =>
    json({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
      authorization_response_iss_parameter_supported: true,
      ...script.metadata,
    })(...args);
  routes['/jwks'] = (...args) => json({ keys: script.published })(...args);
  routes['/token'] = (request, response, body) => {
    const form = new URLSearchParams(body);
    const begun = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isFit =
      begun?.get('code_challenge') === challenge && begun.get('redirect_uri') === form.get('redirect_uri');
    if (!isAuthentic(request, form)) return json({ error: 'invalid_client' }, 401)(request, response, body);
    if (!isFit) return json({ error: 'invalid_grant' }, 400)(request, response, body);
    const accessToken = 'an-access-token';
    const tokens = { access_token: accessToken, token_type: 'Bearer', expires_in: 3600 };
    json({ ...tokens, id_token: idTokenFor(begun, accessToken) })(request, response, body);
  };

  return {
    issuer,
    client,
    server,
    routes,
    script,
    publish: (...keys: SigningKey[]) => {
      script.published = keys.map(({ jwk }) => jwk);
    },
    /** What the browser brings back once the viewer has agreed. */
    approve: (url: URL): URL => {
      const request = url.searchParams;
      const code = `code-${codes.size}-${request.get('state')}`;
      codes.set(code, request);
      const callback = new URL(request.get('redirect_uri') ?? '');
      const answer = { code, state: request.get('state') ?? '', iss: issuer, ...script.callback };
      for (const [name, value] of Object.entries(answer))
        if (value !== undefined) callback.searchParams.set(name, value);
      return callback;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};

export type ScriptedOp = Awaited<ReturnType<typeof startScriptedOp>>;

/** RFC 6749 §2.3.1: both halves are form-encoded before they are joined; or both come in the body. */
const isAuthentic = (request: IncomingMessage, form: URLSearchParams): boolean => {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const [id, secret] = basic
    ? Buffer.from(basic, 'base64')
        .toString()
        .split(':')
        .map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
    : [form.get('client_id'), form.get('client_secret')];
  const [given, right] = [Buffer.from(`${id} ${secret}`), Buffer.from(`${client.id} ${client.secret}`)];
  return given.length === right.length && timingSafeEqual(given, right);
};
