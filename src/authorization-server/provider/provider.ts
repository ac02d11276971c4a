import type { JWK } from 'jose';
import type Koa from 'koa';
import Provider, {
  type Adapter,
  type Configuration,
  errors,
  type FindAccount,
  type KoaContextWithOIDC,
} from 'oidc-provider';
import type { Config } from '#src/config/schema';
import { seconds } from '#src/lib/clock';
import { constantTimeEqual } from '#src/lib/constant-time-equal';
import { KinpassError } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import { errorFields } from '#src/observability/logger';
import { languages } from '#src/web/messages';
import type { Log, Deps as ServerDeps } from '../deps.ts';
import { deviceFailure } from '../device/device-result.ts';
import { userCodeMask } from '../device/user-code.ts';
import type { PageBrand } from '../pages/page-brand.ts';
import { renderError } from '../pages/render-error.ts';
import { askSignOut, signedOut } from '../pages/sign-out-page.ts';
import { factsOf } from '../request-facts.ts';
import type { EndApproval } from '../tv-provider/end-approval.ts';
import type { CookieSigner } from './cookie-signer.ts';
import type { CookieNames } from './cookies.ts';
import { createInteractionPolicy } from './interaction-policy.ts';
import { scopes } from './scopes.ts';
import { sessionLife } from './session-origin.ts';

interface Deps extends Pick<ServerDeps, 'clock' | 'findClient'> {
  readonly findAccount: FindAccount;
  readonly publicOrigin: string;
  readonly settings: Config['signIn'];
  readonly signingKey: JWK;
  readonly cookieSigner: CookieSigner;
  readonly names: CookieNames;
  readonly log: Log;
  adapter(model: string): Adapter;
  readonly pageBrand: PageBrand;
  readonly endApproval: EndApproval;
}

/** RFC 6749 §3.3: a missing scope means the default; a request with unknown scopes only is rejected. */
const defaultScope = (ctx: KoaContextWithOIDC, requested: string | undefined): void => {
  if (requested !== undefined && !requested.split(' ').some((scope) => scopes.includes(scope)))
    throw new errors.InvalidScope('none of the requested scopes is known', requested);
  if (ctx.oidc.params) ctx.oidc.params['scope'] = requested ?? 'openid';
};

/** For the device authorization grant; elsewhere it says nothing. Errors: invalid_request for one that the app may not use. */
const createCheckServiceProvider =
  (findClient: Deps['findClient']) =>
  async (ctx: KoaContextWithOIDC, requested: string | undefined): Promise<void> => {
    const { route, client } = ctx.oidc;
    if (route !== 'device_authorization' || requested === undefined) return;
    const found = await findClient(client?.clientId ?? '');
    if (!found?.app.serviceProviders.includes(requested))
      throw new errors.InvalidRequest('the app may not use this service_provider');
  };

/** oidc-provider advertises every response mode that it supports, where our clients may use one, and leaves out these. */
const completeDiscovery: Koa.Middleware = async (ctx, next) => {
  await next();
  if (ctx['oidc']?.route === 'discovery')
    Object.assign(ctx.body as object, {
      response_modes_supported: ['query'],
      prompt_values_supported: ['none', 'login', 'select_account', 'consent'],
      ui_locales_supported: languages.map(({ texts }) => texts.language),
    });
};

/** A page of oidc-provider, with the brand of the request's client. */
const branded =
  <Rest extends unknown[]>(
    { ofClient }: PageBrand,
    page: (ctx: KoaContextWithOIDC, ...rest: Rest) => void | Promise<void>,
  ) =>
  async (ctx: KoaContextWithOIDC, ...rest: Rest): Promise<void> => {
    await ofClient(ctx, ctx.oidc.client?.clientId);
    await page(ctx, ...rest);
  };

const features = ({ pageBrand, endApproval }: Pick<Deps, 'pageBrand' | 'endApproval'>) =>
  ({
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    resourceIndicators: { enabled: false },
    // The token of another client counts as invalid: 200, and nothing happens (RFC 7009 §2.2).
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: branded(pageBrand, askSignOut),
      postLogoutSuccessSource: branded(pageBrand, signedOut),
    },
    deviceFlow: {
      enabled: true,
      charset: 'base-20',
      mask: userCodeMask,
      deviceInfo: (ctx) => ({ ...factsOf(ctx).device }),
      userCodeInputSource: branded(pageBrand, deviceFailure),
      successSource: branded(pageBrand, endApproval),
    },
  }) satisfies Configuration['features'];

const configuration = ({
  findClient,
  endApproval,
  settings,
  signingKey,
  cookieSigner,
  names,
  adapter,
  clock,
  findAccount,
  pageBrand,
}: Deps): Configuration => ({
  adapter,
  jwks: { keys: [{ ...signingKey, alg: 'RS256', use: 'sig' }] },
  cookies: {
    keys: cookieSigner,
    names: { session: names.session, interaction: names.interaction, resume: names.resume },
    long: { httpOnly: true, sameSite: 'lax', signed: true },
    short: { httpOnly: true, sameSite: 'lax', signed: true },
  },
  features: features({ pageBrand, endApproval }),
  scopes,
  extraParams: { scope: defaultScope, service_provider: createCheckServiceProvider(findClient) },
  claims: { openid: ['sub'] },
  responseTypes: ['code'],
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
  enabledJWA: { idTokenSigningAlgValues: ['RS256'], userinfoSigningAlgValues: ['RS256'] },
  pkce: { required: () => true },
  allowOmittingSingleRegisteredRedirectUri: false,
  interactions: { policy: createInteractionPolicy({ clock }), url: (_ctx, { uid }) => `/interaction/${uid}` },
  // Only the Grant of this sign-in, never one that the browser's session remembers.
  loadExistingGrant: async ({ oidc }) => {
    const grantId = oidc.result?.consent?.grantId;
    return grantId === undefined ? undefined : oidc.provider.Grant.find(grantId);
  },
  findAccount,
  // A TV outlives the session of the phone that approved it.
  expiresWithSession: () => false,
  issueRefreshToken: () => true,
  rotateRefreshToken: () => true,
  // One Grant is one sign-in: revoking any of its tokens ends it.
  revokeGrantPolicy: () => true,
  // The listener handles CORS per app; TVs send odd origins that nobody enforces.
  clientBasedCORS: () => true,
  renderError: branded(pageBrand, renderError),
  ttl: {
    AccessToken: seconds(settings.accessTokenLifetime),
    AuthorizationCode: 60,
    DeviceCode: seconds(settings.deviceCodeLifetime),
    // Outlives the sign-in's last refresh token, so that its use is answered: the sign-in is over.
    Grant: seconds(settings.signInLifetime + settings.refreshTokenLifetime),
    IdToken: 3600,
    Interaction: 1200,
    RefreshToken: seconds(settings.refreshTokenLifetime),
    Session: (_ctx, session) => sessionLife(session, settings, clock.now()),
  },
});

/** oidc-provider, configured. It uses the public origin, whatever Host or forwarding header a request has. */
export const createProvider = (deps: Deps): Provider => {
  const { publicOrigin, settings, log } = deps;
  const provider = new Provider(publicOrigin, configuration(deps));
  provider.proxy = true; // the listener has set the forwarding headers: `ctx.ip` is the viewer's address
  const { protocol, host } = new URL(publicOrigin);
  Object.defineProperties(provider.request, {
    protocol: { get: () => protocol.slice(0, -1) },
    host: { get: () => host },
    href: {
      get(this: { url: string }) {
        return `${publicOrigin}${this.url}`;
      },
    },
  });
  // Only the hash of the secret is stored: both sides are digests of equal length.
  provider.Client.prototype.compareClientSecret = function (actual) {
    return constantTimeEqual(fingerprint(actual), this.clientSecret ?? '');
  };
  provider.use(completeDiscovery);
  provider.on('device_authorization.success', (_ctx, body) => {
    body['interval'] = Math.ceil(settings.pollingInterval / 1000);
  });
  provider.on('server_error', (ctx, err) => {
    if (err instanceof KinpassError) factsOf(ctx).failure = err;
    else log.error(errorFields(err), 'the authorization server failed');
  });
  return provider;
};
