import { createPrivateKey, createSecretKey } from 'node:crypto';
import type Koa from 'koa';
import {
  type AuthorizationServer,
  createAuthorizationServer,
} from '#src/authorization-server/authorization-server';
import { createErrorCodePage } from '#src/authorization-server/pages/error-code-page';
import { createHomePage } from '#src/authorization-server/pages/home-page';
import { createProviderLogout } from '#src/authorization-server/pages/provider-logout';
import { createRefusalPage } from '#src/authorization-server/pages/refusal-page';
import { addressHeader } from '#src/config/address-header';
import type { Config } from '#src/config/schema';
import { claimsToPassOn } from '#src/families/kept-claims';
import { createSourceLimit } from '#src/families/source-limit';
import { createKeepTrace } from '#src/flows/choose-traces';
import type { DeviceSignIns } from '#src/flows/device-sign-ins';
import { createFindClient } from '#src/flows/find-client';
import { createOpenInstance } from '#src/flows/open-instance';
import { createSignIn } from '#src/flows/sign-in';
import { createTellActivationLink } from '#src/http/activation-link';
import { type Admission, createAdmission } from '#src/http/admission';
import { createApp } from '#src/http/app';
import type { Handler } from '#src/http/context';
import { createReadDevice, type ReadDevice } from '#src/http/device';
import { createReportDevice } from '#src/http/device-report';
import { createActionOf } from '#src/http/errors';
import { createHeartbeat } from '#src/http/heartbeat';
import { createIdentifyMediaServer } from '#src/http/media-servers';
import { authorizationServerPaths, type PublicHandlers, publicPaths } from '#src/http/paths';
import type { ResponseSources } from '#src/http/response-cache';
import { createCheckServiceProvider } from '#src/http/rest-request';
import { createAdobeServicesHandler } from '#src/http/routes/adobe-services';
import { createAuthenticateHandler } from '#src/http/routes/authenticate';
import { createRegisterHandler, createTokenHandler } from '#src/http/routes/client-registration';
import { createDecisionsHandler } from '#src/http/routes/decisions';
import { createExplainHandler } from '#src/http/routes/explain';
import { createFaviconHandler, createHomeHandler, robots } from '#src/http/routes/home';
import { createLogoutHandler, createLogoutPlanHandler } from '#src/http/routes/logout';
import { createMediaTokenVerificationHandler } from '#src/http/routes/media-token-verification';
import { createOperationHandler } from '#src/http/routes/operation';
import { createProbeHandler } from '#src/http/routes/probe';
import { createUserMetadataHandler } from '#src/http/routes/user-metadata';
import { createDescribeErrorHandler, createJwksHandler } from '#src/http/routes/well-known';
import type { SourceLimits } from '#src/http/source-limits';
import { createTrustedProxies } from '#src/http/trusted-proxies';
import type { RedirectProvider } from '#src/identity/provider';
import { createProviders } from '#src/identity/providers';
import { createFormatResource, type FormatResource } from '#src/resources/format-resource';
import { register } from '#src/rest-v2/endpoints';
import { composeExplainSharing } from './explaining.ts';
import { createFlows, type Flows } from './flows.ts';
import type { Services } from './services.ts';
import { composeStart } from './start.ts';

/** The public listener: apps and browsers. Errors: config_invalid. */
export const composePublic = async (services: Services): Promise<Koa> => {
  const { config, runtime } = services;
  const { clock, ids, log, metrics, operations, meter } = runtime;
  const admission = createAdmission({ meter, limits: config.overload, metrics, ids });
  const flows = createFlows(services);
  const providersOf = composeProviders(services);
  const readDevice = createReadDevice(config.adobe);
  const authorizationServer = await composeAuthorizationServer(services, {
    admission,
    readDevice,
    providersOf,
    logInForDevice: flows.logInForDevice,
    secondScreen: flows.secondScreen,
  });
  const sourceLimits = composeSourceLimits(services);
  return createApp({
    config,
    clock,
    ids,
    log,
    metrics,
    keepTrace: createKeepTrace({ settings: config.traces, clock, add: runtime.traces.add }),
    meter,
    admission,
    operations,
    handlers: composeHandlers(services, {
      flows,
      readDevice,
      providersOf,
      deviceSignIns: authorizationServer.deviceSignIns,
      sourceLimits,
    }),
    authorizationServer: authorizationServer.middleware,
    errorPage: createRefusalPage(services.brands.neutral),
    sourceLimits,
    responseSources: responseSourcesOf(services),
  });
};

/** The documents of the authorization server depend on the settings alone. */
const responseSourcesOf = ({ runtime, config }: Services): ResponseSources => {
  const settings = () => config;
  return new Map<string, () => unknown>([
    [publicPaths.serviceTokenJwks.path, runtime.keyRing.publicJwks],
    ['/.well-known/openid-configuration', settings],
    ['/.well-known/oauth-authorization-server', settings],
    ['/jwks', settings],
  ]);
};

const deviceAuthorization = '/device/auth';

const composeSourceLimits = ({ config, runtime }: Services) => {
  const { registrations, deviceAuthorizations } = config.limits;
  const limit = (name: string, settings: Config['limits']['registrations']) =>
    createSourceLimit({ counters: runtime.stores.counters, clock: runtime.clock, name, ...settings });
  return {
    [register.path]: limit('registrations', registrations),
    [deviceAuthorization]: limit('device-authorizations', deviceAuthorizations),
  } satisfies SourceLimits;
};

interface HandlerParts {
  readonly flows: Flows;
  readonly readDevice: ReadDevice;
  readonly providersOf: ProvidersOf;
  readonly deviceSignIns: DeviceSignIns;
  readonly sourceLimits: ReturnType<typeof composeSourceLimits>;
}

const composeHandlers = (
  services: Services,
  { flows, readDevice, providersOf, deviceSignIns, sourceLimits }: HandlerParts,
): PublicHandlers => {
  const { config, runtime, brands, identifyCaller } = services;
  const { clock, log, metrics, keyRing, endings, softState } = runtime;
  const devices = {
    readDevice,
    reportDevice: createReportDevice({ metrics, log, clock, portNeededBy: config.adobe.portNeededBy }),
  };
  const checkServiceProvider = createCheckServiceProvider(config.apps);
  const formatResource = createFormatResource(config.resources);
  const { flowOf, watches, locateAdobe, registerInstance, issueClientToken } = flows;
  return {
    operation: createOperationHandler({
      identifyCaller,
      identifyAgain: endings.identifyAgain,
      generation: endings.waiters.generation,
      checkServiceProvider,
      ...devices,
      flowOf,
      watches: watches.byOperation,
      clock,
      heartbeat: createHeartbeat({ clock }),
      actionOf: createActionOf(config.adobe),
      tellActivationLink: createTellActivationLink(flows.secondScreen.links),
    }),
    authenticate: createAuthenticateHandler({ locateAdobe }),
    adobeServices: createAdobeServicesHandler({ locateAdobe }),
    register: createRegisterHandler({ registerInstance }),
    token: createTokenHandler({ issueClientToken }),
    start: composeStart(services, {
      flows,
      deviceSignIns,
      admitSource: sourceLimits[deviceAuthorization],
      checkServiceProvider,
      ...devices,
    }),
    decisions: createDecisionsHandler({
      identifyCaller,
      checkServiceProvider,
      browse: flows.browse,
      decidePlay: flows.decidePlay,
      formatResource,
      ...devices,
    }),
    userMetadata: createUserMetadataHandler({
      identifyCaller,
      checkServiceProvider,
      readDevice: devices.readDevice,
      readUserMetadata: flows.readUserMetadata,
    }),
    ...composeLogout(services, { flows, readDevice, providersOf }),
    explain: createExplainHandler({
      identifyCaller,
      explainSharing: composeExplainSharing(services),
      readDevice: devices.readDevice,
    }),
    mediaTokenVerification: composeMediaTokenVerification(services, formatResource),
    serviceTokenJwks: createJwksHandler({ serviceTokenJwks: keyRing.publicJwks }),
    describeError: createDescribeErrorHandler(createErrorCodePage(brands.neutral)),
    home: createHomeHandler({
      publicOrigin: config.publicOrigin,
      redirect: config.home.redirect,
      showHome: createHomePage({ brand: brands.neutral, guide: runtime.guide }),
    }),
    favicon: createFaviconHandler(brands.neutral.favicon),
    robots,
    probe: createProbeHandler({
      probes: softState.probes,
      clock,
      trustedProxies: createTrustedProxies(config.trustedProxies),
      addressHeader: addressHeader(config.public.clientAddress)?.toLowerCase(),
    }),
  };
};

const composeMediaTokenVerification = (
  { config, runtime, mediaTokens }: Services,
  formatResource: FormatResource,
): Handler =>
  createMediaTokenVerificationHandler({
    identifyMediaServer: createIdentifyMediaServer(config.mediaTokens.servers),
    verifyMediaToken: mediaTokens?.verify,
    formatResource,
    verified: (server, status) => runtime.metrics.mediaToken({ server, status }),
  });

interface AuthorizationParts extends Pick<Flows, 'logInForDevice' | 'secondScreen'> {
  readonly admission: Admission;
  readonly readDevice: ReadDevice;
  readonly providersOf: ProvidersOf;
}

type ProvidersOf = (app: string) => readonly RedirectProvider[];

/** The identity providers of an app. */
const composeProviders = ({ config, runtime, directory }: Services): ProvidersOf => {
  const { clock, ids, providerHealth } = runtime;
  const providers = createProviders(config.identityProviders, {
    clock,
    ids,
    insecureHttp: config.insecureHttp,
    claimsOf: (provider) => claimsToPassOn(config.families, provider),
    observerOf: providerHealth.observerOf,
  });
  return directory.providersOf(providers);
};

const composeLogout = (
  { config, identifyCaller, runtime }: Services,
  { flows, readDevice, providersOf }: Pick<HandlerParts, 'flows' | 'readDevice' | 'providersOf'>,
): Pick<PublicHandlers, 'logout' | 'logoutPlan'> => {
  const { publicOrigin } = config;
  const { planLogout, logOutEverywhere } = flows;
  const deps = {
    identifyCaller,
    checkServiceProvider: createCheckServiceProvider(config.apps),
    readDevice,
    planLogout,
    logOutEverywhere,
    publicOrigin,
    findProviderLogout: createProviderLogout({ publicOrigin, providersOf, log: runtime.log }),
  };
  return { logout: createLogoutHandler(deps), logoutPlan: createLogoutPlanHandler(deps) };
};

const composeAuthorizationServer = (
  services: Services,
  { admission, readDevice, providersOf, logInForDevice, secondScreen }: AuthorizationParts,
): Promise<AuthorizationServer> => {
  const { config, runtime, families, directory, knownAccounts, signIns } = services;
  const { clock, ids, log, metrics, secrets, softState, stores } = runtime;
  const { instances, revocations } = families;
  return createAuthorizationServer({
    paths: authorizationServerPaths,
    publicOrigin: config.publicOrigin,
    settings: config.signIn,
    apps: config.apps,
    brands: services.brands,
    signingKey: createPrivateKey(secrets.idTokenPem).export({ format: 'jwk' }),
    cookieKeys: [createSecretKey(secrets.cookie, 'utf8')],
    artifacts: stores.artifacts,
    records: stores.records,
    exchanges: stores.exchanges,
    callers: stores.callers,
    paces: softState.paces,
    counters: stores.counters,
    admission,
    clock,
    ids,
    log,
    readDevice: (ctx) => readDevice(ctx).device,
    logInForDevice,
    providersOf,
    findClient: createFindClient({ findApp: directory.findApp, instances, revocations }),
    signIn: createSignIn({
      accounts: knownAccounts,
      familyOf: directory.familyOf,
      signedIn: metrics.signedIn,
    }),
    ...signIns,
    emailOf: knownAccounts.emailOf,
    wrongUserCode: () => metrics.wrongCode({ codes: 'user-code' }),
    wrongSessionCode: () => metrics.wrongCode({ codes: 'typed-authentication-code' }),
    secondScreen,
    openInstance: createOpenInstance({
      instances,
      findViewer: signIns.findViewer,
      familyOf: directory.familyOf,
    }),
  });
};
