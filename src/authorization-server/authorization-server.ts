/**
 * Kinpass as an OpenID Provider for its apps. This folder owns clients, grants and tokens (provider/), the way to an
 * identity provider and back (sign-in/), the codes of TVs from request to approval (device/), the login at a TV provider after
 * that (tv-provider/), and the other pages that
 * viewers see (pages/). It refuses passwords: identity providers say who the viewer is, and flows decide what that means.
 */
import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { DeviceSignIns } from '#src/flows/device-sign-ins';
import type { RedirectProvider } from '#src/identity/provider';
import { fail } from '#src/lib/errors';
import type { Client, Deps } from './deps.ts';
import type { ActivationPages } from './device/activation-pages.ts';
import { type BrowserCookie, createBrowserCookie } from './device/browser-cookie.ts';
import type { DeviceLinks } from './device/device-links.ts';
import { composeDevicePages } from './device/device-pages.ts';
import { createDeviceSignIns } from './device/device-sign-ins.ts';
import { createAskEndpoint } from './own-requests.ts';
import { createOwnForms } from './pages/own-forms.ts';
import { createPageBrand, type PageBrand } from './pages/page-brand.ts';
import { createProblemPage } from './pages/problem-page.ts';
import { createProviderLogout } from './pages/provider-logout.ts';
import { createReturnPage } from './pages/return-page.ts';
import { createSignOutPage } from './pages/sign-out-page.ts';
import { createRedemptions } from './provider/admit-redemption.ts';
import { clientMetadata } from './provider/client-metadata.ts';
import { createCookieSigner } from './provider/cookie-signer.ts';
import { type CookieNames, cookieNames } from './provider/cookies.ts';
import { type AdmitPoll, createDevicePoll } from './provider/device-poll.ts';
import { createFindAccount } from './provider/find-account.ts';
import { createFindIssue, type FindIssue } from './provider/find-issue.ts';
import { createMiddleware } from './provider/middleware.ts';
import { createPageArtifacts, type PageArtifacts } from './provider/page-artifacts.ts';
import { createPendingPoll } from './provider/pending-poll.ts';
import { createPersistence } from './provider/persistence.ts';
import { createProvider } from './provider/provider.ts';
import { createTokenAnswers } from './provider/token-answers.ts';
import { createCompleteInteraction } from './sign-in/complete-interaction.ts';
import { createDecideOnce, type Interaction } from './sign-in/decide-once.ts';
import { createInteractionLinks } from './sign-in/interaction-links.ts';
import { createInteractionPage } from './sign-in/interaction-page.ts';
import { createInteractionRoutes } from './sign-in/interaction-routes.ts';
import { createPageRequests } from './sign-in/page-requests.ts';
import { createRecovery } from './sign-in/recovery.ts';
import { createSessionViewer } from './sign-in/session-viewer.ts';
import { createTransactions, type Transactions } from './sign-in/transactions.ts';
import { type ApprovedDevices, createApprovedDevices } from './tv-provider/approved-devices.ts';
import { createEndApproval } from './tv-provider/end-approval.ts';
import { createTvProviderPages } from './tv-provider/tv-provider-pages.ts';
import { createVisitStep } from './tv-provider/visit-step.ts';

export type { Deps } from './deps.ts';

export interface AuthorizationServer {
  /** Serves the authorization server's paths and calls `next()` for every other one. */
  readonly middleware: ReturnType<typeof createMiddleware>;
  readonly deviceSignIns: DeviceSignIns;
}

/** Errors: config_invalid, when an app cannot be a client. */
export const createAuthorizationServer = async (deps: Deps): Promise<AuthorizationServer> => {
  const { publicOrigin, settings, signingKey, cookieKeys, log, clock, apps, paths, brands } = deps;
  const names = cookieNames(publicOrigin);
  const { artifacts, admission } = deps;
  const admitPoll = composeDevicePoll(deps);
  const pages = createPageArtifacts({ artifacts, clock });
  const findIssue = createFindIssue(deps);
  const adapter = composePersistence({ ...deps, artifacts: pages.artifacts }, { admitPoll, findIssue });
  const pageBrand = createPageBrand(deps);
  const { findClient } = deps;
  const browserCookie = createBrowserCookie({ names, ids: deps.ids });
  const approvedDevices = createApprovedDevices({ records: deps.records, clock, browserCookie });
  const provider = createProvider({
    publicOrigin,
    settings,
    signingKey,
    cookieSigner: createCookieSigner(cookieKeys),
    names,
    log,
    adapter,
    clock,
    findAccount: createFindAccount(deps),
    findClient,
    pageBrand,
    endApproval: createEndApproval({ findClient, approvedDevices }),
  });
  const { linksOf } = usePages(provider, deps, { names, pageBrand, pages, browserCookie, approvedDevices });
  await checkApps(provider, apps);
  const pendingPoll = createPendingPoll({ findIssue, clock, apps, admitPoll, admission });
  const { readDevice } = deps;
  const middleware = createMiddleware({ provider, paths, brands, pendingPoll, readDevice });
  const ask = createAskEndpoint({ provider, publicOrigin, middleware });
  return { middleware, deviceSignIns: createDeviceSignIns({ provider, ask, linksOf, settings, clock }) };
};

const composeDevicePoll = ({ paces, clock, settings }: Deps): AdmitPoll =>
  createDevicePoll({
    paces,
    clock,
    interval: settings.pollingInterval,
    lifetime: settings.deviceCodeLifetime,
  });

const composePersistence = (
  { artifacts, exchanges, clock, log, ...deps }: Deps,
  { admitPoll, findIssue }: { readonly admitPoll: AdmitPoll; readonly findIssue: FindIssue },
) =>
  createPersistence({
    artifacts,
    redemptions: createRedemptions({ exchanges, clock, log, admitPoll, endSignIn: deps.endSignIn }),
    clock,
    findClient: async (id) => {
      const client = await deps.findClient(id);
      return client && clientMetadata(id, client);
    },
    judgeSignIn: deps.judgeSignIn,
    findIssue,
    endSignIn: deps.endSignIn,
  });

interface PageParts {
  readonly names: CookieNames;
  readonly pageBrand: PageBrand;
  readonly pages: PageArtifacts;
  readonly browserCookie: BrowserCookie;
  readonly approvedDevices: ApprovedDevices;
}

const usePages = (
  provider: Provider,
  deps: Deps,
  { names, pageBrand, pages, browserCookie, approvedDevices }: PageParts,
): { readonly linksOf: DeviceLinks } => {
  const { exchanges, records, clock, publicOrigin, cookieKeys, ids, findClient } = deps;
  const problem = createProblemPage(deps.log);
  const forms = createOwnForms({ publicOrigin, cookieKeys });
  const transactions = createTransactions({ records, clock, ids, names });
  const devicePages = composeDevicePages(deps, {
    provider,
    names,
    forms,
    problem,
    transactions,
    pageBrand,
    browserCookie,
    approvedDevices,
  });
  const activations = devicePages.activationPages;
  const routes = composeInteractionRoutes(provider, deps, {
    forms,
    problem,
    transactions,
    activations,
    pageBrand,
    pages,
  });
  const returnPage = createReturnPage({ provider, names, findClient, problem, pageBrand, approvedDevices });
  provider.on('authorization.success', returnPage.remember);
  provider.use(createPageRequests({ pages, names, problem }));
  provider.use(returnPage.middleware);
  for (const middleware of devicePages.middleware) provider.use(middleware);
  const step = createVisitStep({ findClient, log: deps.log, approvedDevices, pageBrand, problem });
  const { log, logInForDevice } = deps;
  const tvProviderPages = createTvProviderPages({ publicOrigin, log, logInForDevice, forms, step });
  provider.use(tvProviderPages.routes() as unknown as Koa.Middleware);
  const { checkSignIn, settings } = deps;
  const { lostAnswerLifetime } = settings;
  provider.use(createTokenAnswers({ exchanges, clock, lostAnswerLifetime, checkSignIn }));
  const providerLogout = createProviderLogout(deps);
  provider.use(createSignOutPage({ forms, problem, findClient, pageBrand, providerLogout }));
  provider.use(routes.routes() as unknown as Koa.Middleware);
  return { linksOf: devicePages.linksOf };
};

interface Surroundings {
  readonly forms: ReturnType<typeof createOwnForms>;
  readonly problem: ReturnType<typeof createProblemPage>;
  readonly transactions: Transactions;
  readonly activations: ActivationPages;
  readonly pageBrand: PageBrand;
  readonly pages: PageArtifacts;
}

const composeInteractionRoutes = (
  provider: Provider,
  deps: Deps,
  { forms, problem, transactions, activations, pageBrand, pages }: Surroundings,
): ReturnType<typeof createInteractionRoutes> => {
  const { clock, publicOrigin, brands } = deps;
  const { providersOf, findSessionViewer, signIn, openInstance } = deps;
  const links = createInteractionLinks(forms, publicOrigin);

  const clientOf = async (interaction: Interaction): Promise<Client> => {
    const client = await deps.findClient(String(interaction.params['client_id']));
    if (!client) throw fail('sign_in_expired', { detail: 'the client no longer exists' });
    return client;
  };
  const appOf = async (interaction: Interaction) => (await clientOf(interaction)).app;
  const sessionViewerOf = createSessionViewer({ findSessionViewer, appOf });
  const providerOf = async (interaction: Interaction, id: string): Promise<RedirectProvider> => {
    const app = await appOf(interaction);
    const found = providersOf(app.id).find((candidate) => candidate.id === id);
    if (!found) throw fail('sign_in_expired', { detail: 'the app does not use this identity provider' });
    return found;
  };

  return createInteractionRoutes({
    publicOrigin,
    provider,
    forms,
    recoveryOf: createRecovery({ links, appOf, providersOf, brands }),
    problem,
    appOf,
    providerOf,
    clock,
    sessionViewerOf,
    signIn,
    transactions,
    activations,
    pageBrand,
    completeInteraction: createCompleteInteraction({
      provider,
      once: createDecideOnce({ provider, pages, openInstance }),
      appOf,
    }),
    page: createInteractionPage({
      provider,
      clock,
      brands,
      emailOf: deps.emailOf,
      links,
      appOf,
      providersOf,
      sessionViewerOf,
    }),
  });
};

/** An app that cannot be an OAuth client fails the start, not its first sign-in. */
const checkApps = async (provider: Provider, apps: Deps['apps']): Promise<void> => {
  for (const { id } of apps) {
    await provider.Client.find(id).catch((cause: Error & { error_description?: string }) => {
      throw fail('config_invalid', {
        field: `apps (${id})`,
        hint: cause.error_description ?? 'the app cannot be an OAuth client',
        cause,
      });
    });
  }
};
