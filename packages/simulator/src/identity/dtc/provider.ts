import { type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Fixtures, User } from '#src/fixtures';
import type { Clock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import type { Signer } from '../signer.ts';
import type { DtcAdapter } from './adapter.ts';
import { createDevicePoll } from './device-poll.ts';
import {
  showDeviceConnected,
  showError,
  showLoggedOut,
  showLogout,
  showUserCodeConfirm,
  showUserCodeInput,
  withoutScript,
} from './pages.ts';
import { dtcRoutes, interactionPath } from './routes.ts';
import type { DtcSwitches } from './switches.ts';
import { shiftIdTokens } from './time.ts';
import { tokenExchange } from './token-exchange.ts';

/** How a viewer signs in: the only way there is. */
export const passwordAcr = 'urn:viewers:password';

const scopes = ['openid', 'email', 'profile', 'offline_access'];

export const claimsOf = (user: User, { emailVerified }: DtcSwitches): JsonObject & { sub: string } => ({
  sub: user.dtc.subject,
  email: user.dtc.email,
  email_verified: emailVerified,
  name: user.name,
});

/** Account service and clients belong to the same programmer, so consent is only requested on demand. */
const grantEverything = async ({ oidc }: KoaContextWithOIDC) => {
  const { client, session, account, provider } = oidc;
  const clientId = client?.clientId;
  if (!clientId || !account) return undefined;
  const existing = session?.grantIdFor(clientId);
  const found = existing && (await provider.Grant.find(existing));
  if (found) return found;
  const grant = new provider.Grant({ clientId, accountId: account.accountId });
  grant.addOIDCScope(scopes.join(' '));
  await grant.save();
  return grant;
};

interface Deps {
  readonly issuer: string;
  readonly fixtures: Fixtures;
  readonly gatewayOrigin: string;
  readonly signer: Signer;
  readonly switches: DtcSwitches;
  readonly adapter: DtcAdapter;
  readonly cookieKey: string;
  readonly clock: Clock;
  readonly shift: () => number;
  /** Sends logout tokens. */
  readonly fetch: (url: unknown, init?: RequestInit) => Promise<Response>;
}

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

const clientsOf = ({ fixtures: { clients, receivers }, gatewayOrigin }: Deps): Configuration['clients'] => [
  {
    client_id: clients.dtc.clientId,
    client_secret: clients.dtc.clientSecret,
    redirect_uris: [`${gatewayOrigin}/callback/dtc`],
    post_logout_redirect_uris: [`${gatewayOrigin}/`, `${gatewayOrigin}/signed-out`],
    backchannel_logout_uri: new URL(receivers.dtcBackchannelLogout, gatewayOrigin).href,
    backchannel_logout_session_required: true,
    grant_types: ['authorization_code', 'refresh_token', deviceGrant, tokenExchange],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
  },
  {
    client_id: clients.dtcTv.clientId,
    redirect_uris: [],
    grant_types: ['refresh_token', deviceGrant, tokenExchange],
    response_types: [],
    token_endpoint_auth_method: 'none',
  },
];

const features: Configuration['features'] = {
  devInteractions: { enabled: false },
  pushedAuthorizationRequests: { enabled: false },
  // Another client's token counts as unknown (RFC 7009 §2.2).
  revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
  backchannelLogout: { enabled: true },
  rpInitiatedLogout: { enabled: true, logoutSource: showLogout, postLogoutSuccessSource: showLoggedOut },
  deviceFlow: {
    enabled: true,
    charset: 'base-20',
    mask: '****-****',
    userCodeInputSource: showUserCodeInput,
    userCodeConfirmSource: showUserCodeConfirm,
    successSource: showDeviceConnected,
  },
};

const lifetimes: Configuration['ttl'] = {
  AccessToken: 3600,
  AuthorizationCode: 60,
  DeviceCode: 600,
  Grant: 14 * 86_400,
  IdToken: 3600,
  Interaction: 3600,
  RefreshToken: 14 * 86_400,
  Session: 14 * 86_400,
};

const configuration = (deps: Deps): Configuration => ({
  adapter: deps.adapter.adapter,
  clients: clientsOf(deps),
  jwks: { keys: deps.signer.privateKeys() },
  cookies: {
    keys: [deps.cookieKey],
    // Cookies ignore ports, so the names must be unique among the parties on this host.
    names: { session: 'dtc_session', interaction: 'dtc_interaction', resume: 'dtc_resume' },
    long: { signed: true, httpOnly: true, sameSite: 'lax' },
    short: { signed: true, httpOnly: true, sameSite: 'lax' },
  },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  // The ID token carries the userinfo claims, which saves clients a request.
  conformIdTokenClaims: false,
  findAccount: (_ctx, subject) => {
    const user = deps.fixtures.users.find(({ dtc }) => dtc.subject === subject);
    return user && { accountId: subject, claims: () => claimsOf(user, deps.switches) };
  },
  loadExistingGrant: grantEverything,
  interactions: { url: (_ctx, { uid }) => interactionPath + uid },
  pkce: { required: () => true },
  routes: dtcRoutes,
  responseTypes: ['code'],
  acrValues: [passwordAcr],
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
  scopes,
  // A TV stays signed in beyond the session of the phone that approved it, and has no other means.
  issueRefreshToken: (_ctx, client, source) =>
    client.grantTypeAllowed('refresh_token') &&
    (source.scopes.has('offline_access') || source.kind === 'DeviceCode'),
  expiresWithSession: (_ctx, source) => source.kind !== 'DeviceCode' && !source.scopes.has('offline_access'),
  rotateRefreshToken: () => deps.switches.rotateRefreshTokens,
  features,
  ttl: lifetimes,
  renderError: showError,
  fetch: deps.fetch,
});

export const createDtcProvider = (deps: Deps): Provider => {
  const provider = new Provider(deps.issuer, configuration(deps));
  provider.use(withoutScript);
  provider.use(shiftIdTokens(deps.shift, deps.signer.sign));
  provider.use(createDevicePoll(deps.clock, deps.switches));
  return provider;
};
