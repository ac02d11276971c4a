import type { Context } from 'koa';
import type { PartyContext } from '../party.ts';
import { createSite, type Site } from '../site.ts';
import { createBrowserSessions } from './browser-session.ts';
import { createAuthorize } from './google-authorize.ts';
import { type Code, GoogleError, type Token, userClaims } from './google-model.ts';
import { createToken } from './google-token.ts';
import { createUserinfo } from './google-userinfo.ts';
import { createHandles } from './handles.ts';
import { createIdTokens } from './id-tokens.ts';
import type { GoogleSwitches, IdentityParty } from './identity-party.ts';
import { showFailure } from './pages.ts';
import { createPeople } from './people.ts';
import { createSigner } from './signer.ts';

const paths = {
  discovery: '/.well-known/openid-configuration',
  authorize: '/o/oauth2/v2/auth',
  token: '/token',
  userinfo: '/v1/userinfo',
  jwks: '/oauth2/v3/certs',
} as const;

const defaults = { issuerForm: 'bare' } as const satisfies GoogleSwitches;

/** https://accounts.google.com/.well-known/openid-configuration: no end_session_endpoint, no word of RFC 9207. */
const discovery = (origin: string) => ({
  issuer: origin,
  authorization_endpoint: origin + paths.authorize,
  token_endpoint: origin + paths.token,
  userinfo_endpoint: origin + paths.userinfo,
  jwks_uri: origin + paths.jwks,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  scopes_supported: ['openid', 'email', 'profile'],
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  claims_supported: 'aud email email_verified exp family_name given_name iat iss name sub'.split(' '),
  code_challenge_methods_supported: ['plain', 'S256'],
  grant_types_supported: ['authorization_code'],
});

type Handler = (ctx: Context) => void | Promise<void>;
type Handlers = Readonly<
  Record<'discovery' | 'jwks' | 'authorize' | 'login' | 'token' | 'userinfo', Handler>
>;

const siteOf = (on: Handlers): Site =>
  createSite(
    [
      { operation: 'discovery', method: 'get', path: paths.discovery, handle: on.discovery },
      { operation: 'jwks', method: 'get', path: paths.jwks, handle: on.jwks },
      { operation: 'authorize', method: 'get', path: paths.authorize, handle: on.authorize },
      { operation: 'login', method: 'post', path: paths.authorize, handle: on.login },
      { operation: 'token', method: 'post', path: paths.token, handle: on.token },
      { operation: 'userinfo', method: 'get', path: paths.userinfo, handle: on.userinfo },
      { operation: 'userinfo', method: 'post', path: paths.userinfo, handle: on.userinfo },
    ],
    {
      unknown: (ctx) => showFailure(ctx, 404, 'Error 404', 'The requested URL was not found on this server.'),
      failed: (ctx, error) => {
        if (!(error instanceof GoogleError)) throw error;
        ctx.status = error.status;
        if (error.status === 401) ctx.set('www-authenticate', 'Bearer realm="https://accounts.google.com/"');
        ctx.body = { error: error.error, error_description: error.message };
      },
    },
  );

/** Google as seen from a client: the hosts accounts, oauth2 and openidconnect rolled into one origin. */
export const createGoogle = async (context: PartyContext): Promise<IdentityParty<GoogleSwitches>> => {
  const { clock, ids, fixtures, gatewayOrigin } = context;
  const origin = context.origins.google;
  const client = fixtures.clients.google;
  const switches: GoogleSwitches = { ...defaults };
  const people = createPeople(fixtures.users, (user) => user.google.email);
  const signer = await createSigner();
  const codes = createHandles<Code>({ clock, ids }, { prefix: '4/0A', lifetime: 60 });
  const tokens = createHandles<Token>({ clock, ids }, { prefix: 'ya29.', lifetime: 3599 });
  const sessions = createBrowserSessions({ clock, ids }, 'google_session');
  const idTokens = createIdTokens({
    ...{ clock, signer, people, clientId: client.clientId },
    claimsOf: ({ user, audience, scopes }) => ({
      iss: switches.issuerForm === 'bare' ? new URL(origin).host : origin,
      azp: audience,
      ...userClaims(user, scopes),
    }),
  });
  const redirectUri = `${gatewayOrigin}/callback/google`;
  const { ask, answer } = createAuthorize({ origin, client, redirectUri, people, sessions, codes });
  const site = siteOf({
    discovery: (ctx) => {
      ctx.body = discovery(origin);
    },
    jwks: (ctx) => {
      ctx.body = signer.publicKeys();
    },
    authorize: ask,
    login: answer,
    token: createToken({ clock, client, codes, tokens, idTokens }),
    userinfo: createUserinfo({ clock, tokens }),
  });

  return {
    name: 'google',
    ...site,
    snapshot: signer.snapshot,
    restore: signer.restore,
    reset: () => {
      for (const handles of [codes, tokens, sessions]) handles.clear();
      Object.assign(switches, defaults);
    },
    mintIdToken: idTokens.mint,
    switches,
  };
};
