import Router from '@koa/router';
import Koa from 'koa';
import { seconds } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import type { PartyContext } from '../party.ts';
import { createBrowserSessions } from './browser-session.ts';
import { createDialog } from './facebook-dialog.ts';
import { createDebugToken, createMe } from './facebook-graph.ts';
import { type Code, type EmailOf, facebookBrand, GraphError, type Token } from './facebook-model.ts';
import { createToken, userTokenLifetime } from './facebook-token.ts';
import { type Fields, formOf, queryOf } from './form.ts';
import { createHandles } from './handles.ts';
import { createIdTokens } from './id-tokens.ts';
import type { FacebookParty, FacebookSwitches } from './identity-party.ts';
import { createPeople, familyName, givenName } from './people.ts';
import { createSigner } from './signer.ts';

const paths = {
  discovery: /^\/\.well-known\/openid-configuration\/?$/,
  jwks: /^\/\.well-known\/oauth\/openid\/jwks\/?$/,
  authorize: /^(?:\/v\d+\.\d+)?\/dialog\/oauth\/?$/,
  token: /^(?:\/v\d+\.\d+)?\/oauth\/access_token\/?$/,
  debug_token: /^(?:\/v\d+\.\d+)?\/debug_token\/?$/,
  me: /^(?:\/v\d+\.\d+)?\/me\/?$/,
} as const;

const defaults: FacebookSwitches = { idTokenInCodeFlow: true, usersWithoutEmail: [], debugsOtherApps: true };

/** https://www.facebook.com/.well-known/openid-configuration/: neither token_endpoint nor userinfo_endpoint. */
const discovery = (origin: string) => ({
  issuer: origin,
  authorization_endpoint: `${origin}/dialog/oauth/`,
  jwks_uri: `${origin}/.well-known/oauth/openid/jwks/`,
  response_types_supported: ['id_token', 'token id_token'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  claims_supported: 'iss aud sub iat exp jti nonce at_hash name given_name family_name email'.split(' '),
});

const operationOf = (method: string, path: string): string => {
  const operation = Object.entries(paths).find(([, known]) => known.test(path))?.[0] ?? 'unknown';
  return operation === 'authorize' && method === 'POST' ? 'login' : operation;
};

/** Query and form count alike, and a bearer header for `access_token`. */
const fieldsOf = async (ctx: Koa.Context): Promise<Fields> => {
  const [, bearer] = /^(?:Bearer|OAuth) (\S+)$/i.exec(ctx.get('authorization')) ?? [];
  return { ...(bearer && { access_token: bearer }), ...queryOf(ctx), ...(await formOf(ctx)) };
};

const graph =
  (ids: Ids, answer: (fields: Fields) => JsonObject | Promise<JsonObject>) =>
  async (ctx: Koa.Context): Promise<void> => {
    ctx.set('cache-control', 'private, no-cache, no-store, must-revalidate');
    try {
      ctx.body = await answer(await fieldsOf(ctx));
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      const { message, type = 'OAuthException', code, subcode } = error.fault;
      const detail = subcode === undefined ? {} : { error_subcode: subcode };
      ctx.status = 400;
      ctx.set('www-authenticate', `OAuth "Facebook Platform" "invalid_request" "${message}"`);
      ctx.body = { error: { message, type, code, ...detail, fbtrace_id: ids.secret(9) } };
    }
  };

/** Facebook as seen from a client: the web site and the Graph API rolled into one origin. */
export const createFacebook = async (context: PartyContext): Promise<FacebookParty> => {
  const { clock, ids, fixtures, gatewayOrigin } = context;
  const origin = context.origins.facebook;
  const client = fixtures.clients.facebook;
  const switches: FacebookSwitches = { ...defaults };
  const people = createPeople(fixtures.users, (user) => user.facebook.email);
  const signer = await createSigner(context.changed);
  const codes = createHandles<Code>({ clock, ids }, { prefix: 'AQ', lifetime: 600 });
  const tokens = createHandles<Token>({ clock, ids }, { prefix: 'EAA', lifetime: userTokenLifetime });
  const sessions = createBrowserSessions({ clock, ids }, 'facebook_session');
  const emailOf: EmailOf = (user, scopes) =>
    scopes.includes('email') && !switches.usersWithoutEmail.includes(user.id)
      ? user.facebook.email
      : undefined;
  const idTokens = createIdTokens({
    clock,
    signer,
    people,
    clientId: client.clientId,
    claimsOf: ({ user, scopes }) => ({
      iss: origin,
      sub: user.facebook.id,
      jti: ids.uuid(),
      name: user.name,
      given_name: givenName(user),
      family_name: familyName(user),
      email: emailOf(user, scopes) ?? null,
    }),
  });

  const redirectUri = `${gatewayOrigin}/callback/facebook`;
  const dialog = createDialog({ client, redirectUri, people, sessions, codes });
  const deps = { clock, client, codes, tokens, idTokens, switches, emailOf };
  const token = graph(ids, createToken(deps));
  const debugToken = graph(ids, createDebugToken(deps));
  const router = new Router()
    .get(paths.discovery, (ctx) => {
      ctx.body = discovery(origin);
    })
    .get(paths.jwks, (ctx) => {
      ctx.body = signer.publicKeys();
    })
    .get(paths.authorize, dialog.ask)
    .post(paths.authorize, dialog.answer)
    .get(paths.token, token)
    .post(paths.token, token)
    .get(paths.debug_token, debugToken)
    .get(paths.me, graph(ids, createMe(deps)));
  const app = new Koa().use(router.routes()).use(router.allowedMethods());

  return {
    name: facebookBrand.id,
    operationOf,
    handle: app.callback(),
    snapshot: signer.snapshot,
    restore: signer.restore,
    reset: () => {
      for (const handles of [codes, tokens, sessions]) handles.clear();
      Object.assign(switches, defaults);
    },
    mintIdToken: idTokens.mint,
    mintAccessToken: async ({ user, audience = client.clientId, expiresIn }) =>
      tokens.issue(
        {
          user: people.named(user),
          appId: audience,
          scopes: ['public_profile', 'email'],
          issuedAt: seconds(clock.now()),
        },
        expiresIn,
      ),
    switches,
  };
};
