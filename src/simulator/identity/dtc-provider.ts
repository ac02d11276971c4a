import { decodeJwt } from 'jose';
import { type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { z } from 'zod';
import { type Clock, systemClock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import type { IdentityClient, User } from '../fixtures.ts';
import { createDtcAdapter } from './dtc-adapter.ts';
import { showFailure } from './pages.ts';
import type { Signer } from './signer.ts';

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
  readonly signer: Signer;
  readonly clock: Clock;
  readonly ids: Ids;
}

const configuration = ({ client, redirectUri, users, signer, ids }: Deps): Configuration => ({
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
  jwks: { keys: [signer.privateJwk] },
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
  clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
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

const tokenAnswer = z.looseObject({ id_token: z.string() });

/** oidc-provider reads the machine's clock; its ID tokens are moved to the world's time and signed again. */
const keepTime =
  ({ clock, signer }: Deps) =>
  async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    const shift = Math.round((clock.now() - systemClock.now()) / 1000);
    const answer = tokenAnswer.safeParse(ctx.body);
    if (shift === 0 || !answer.success) return;
    const claims = decodeJwt(answer.data.id_token);
    for (const name of ['iat', 'exp', 'auth_time'])
      if (typeof claims[name] === 'number') claims[name] += shift;
    ctx.body = { ...answer.data, id_token: await signer.sign(claims) };
  };

export const createDtcProvider = (deps: Deps): Provider => {
  const provider = new Provider(deps.issuer, configuration(deps));
  provider.use(keepTime(deps));
  return provider;
};
