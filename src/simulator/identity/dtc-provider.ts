import { type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Ids } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import type { IdentityClient, User } from '../fixtures.ts';
import { createDtcAdapter } from './dtc-adapter.ts';
import { showFailure } from './pages.ts';
import type { PrivateJwk } from './signer.ts';

export const dtcName = 'Example Account';

/** Paths of our choice, so that requests can be told apart by them. */
export const dtcRoutes = {
  authorization: '/authorize',
  token: '/token',
  userinfo: '/userinfo',
  jwks: '/jwks',
} as const;

export const interactionPath = '/interaction/';

export const claimsOf = (user: User): JsonObject & { sub: string } => ({
  sub: user.dtc.subject,
  email: user.dtc.email,
  email_verified: true,
  name: user.name,
});

/** The account service is the programmer's own and so is the client: nobody is asked for consent. */
const grantEverything = async ({ oidc }: KoaContextWithOIDC) => {
  const { client, session, account, provider } = oidc;
  const clientId = client?.clientId;
  if (!clientId || !account) return undefined;
  const existing = session?.grantIdFor(clientId);
  const found = existing && (await provider.Grant.find(existing));
  if (found) return found;
  const grant = new provider.Grant({ clientId, accountId: account.accountId });
  grant.addOIDCScope('openid email profile');
  await grant.save();
  return grant;
};

interface Deps {
  readonly issuer: string;
  readonly client: IdentityClient;
  readonly redirectUri: string;
  readonly users: readonly User[];
  readonly key: PrivateJwk;
  readonly ids: Ids;
}

const configuration = ({ client, redirectUri, users, key, ids }: Deps): Configuration => ({
  adapter: createDtcAdapter(),
  clients: [
    {
      client_id: client.clientId,
      client_secret: client.clientSecret,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  ],
  jwks: { keys: [key] },
  cookies: {
    keys: [ids.secret()],
    // Cookies ignore ports: other parties on this host must not share these names.
    names: { session: 'dtc_session', interaction: 'dtc_interaction', resume: 'dtc_resume' },
    long: { signed: true, httpOnly: true, sameSite: 'lax' },
    short: { signed: true, httpOnly: true, sameSite: 'lax' },
  },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  // The ID token carries what userinfo would say: one answer less to wait for.
  conformIdTokenClaims: false,
  findAccount: (_ctx, subject) => {
    const user = users.find(({ dtc }) => dtc.subject === subject);
    return user && { accountId: subject, claims: () => claimsOf(user) };
  },
  loadExistingGrant: grantEverything,
  interactions: { url: (_ctx, { uid }) => interactionPath + uid },
  pkce: { required: () => true },
  routes: dtcRoutes,
  responseTypes: ['code'],
  scopes: ['openid', 'email', 'profile'],
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
  },
  ttl: {
    AccessToken: 3600,
    AuthorizationCode: 60,
    Grant: 14 * 86_400,
    IdToken: 3600,
    Interaction: 3600,
    Session: 14 * 86_400,
  },
  renderError: (ctx, { error, error_description: description = '' }) =>
    showFailure(ctx, ctx.status, error, description),
});

export const createDtcProvider = (deps: Deps): Provider => new Provider(deps.issuer, configuration(deps));
