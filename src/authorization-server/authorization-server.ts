/**
 * Kinpass as an OpenID Provider for its apps. This folder owns clients, grants, tokens, codes and the pages around a
 * sign-in. It refuses passwords: identity providers say who the viewer is, and flows decide what that means.
 */
import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { RedirectProvider } from '#src/identity/provider';
import { fail } from '#src/lib/errors';
import { createAdapter } from './adapter.ts';
import { clientMetadata } from './client-metadata.ts';
import { createCodeAttempts } from './code-attempts.ts';
import { createConclude, type Interaction } from './conclude.ts';
import { cookieNames } from './cookies.ts';
import type { Client, Deps } from './deps.ts';
import { createDevicePage } from './device-page.ts';
import { createDevicePoll } from './device-poll.ts';
import { createInteractionLinks } from './interaction-links.ts';
import { createInteractionPages } from './interaction-pages.ts';
import { createInteractionRoutes } from './interaction-routes.ts';
import { createMiddleware } from './middleware.ts';
import { createOwnForms } from './own-forms.ts';
import { createProblemPage } from './problem-page.ts';
import { createProvider } from './provider.ts';
import { createSignOutPage } from './sign-out-page.ts';
import { createTokenAnswers } from './token-answers.ts';
import { createTransactions } from './transactions.ts';

export type { Deps } from './deps.ts';

export interface AuthorizationServer {
  /** Answers what is ours, and calls `next()` for every other path. */
  readonly middleware: Koa.Middleware;
  /** Whose access token this is; undefined when it is unknown, expired or revoked. */
  authenticate(bearer: string): Promise<{ grant: string; viewer: string; clientId: string } | undefined>;
}

/** Errors: config_invalid, when an app cannot be a client. */
export const createAuthorizationServer = async (deps: Deps): Promise<AuthorizationServer> => {
  const names = cookieNames(deps.publicOrigin);
  const adapter = createAdapter({
    ...deps,
    findClient: async (id) => {
      const client = await deps.findClient(id);
      return client && clientMetadata(id, client);
    },
    countPoll: createDevicePoll({
      ...deps,
      interval: deps.settings.pollingInterval,
      lifetime: deps.settings.deviceCodeLifetime,
    }),
  });
  const provider = createProvider({ ...deps, names, adapter });
  usePages(provider, deps, names);
  await checkApps(provider, deps.apps);
  return { middleware: createMiddleware(provider, deps.paths), authenticate: createAuthenticate(provider) };
};

const usePages = (provider: Provider, deps: Deps, names: ReturnType<typeof cookieNames>): void => {
  const { records, clock, ids, publicOrigin, cookieKeys, providersOf } = deps;
  const problem = createProblemPage(deps.log);
  const forms = createOwnForms({ publicOrigin, cookieKeys });
  const links = createInteractionLinks(forms, publicOrigin);

  const clientOf = async (interaction: Interaction): Promise<Client> => {
    const client = await deps.findClient(String(interaction.params['client_id']));
    if (!client) throw fail('sign_in_expired', { detail: 'the client is gone' });
    return client;
  };
  const appOf = async (interaction: Interaction) => (await clientOf(interaction)).app;
  const providerOf = async (interaction: Interaction, id: string): Promise<RedirectProvider> => {
    const app = await appOf(interaction);
    const found = providersOf(app.id).find((candidate) => candidate.id === id);
    if (!found) throw fail('sign_in_expired', { detail: 'the identity provider does not serve this app' });
    return found;
  };

  const routes = createInteractionRoutes({
    ...deps,
    provider,
    forms,
    links,
    problem,
    appOf,
    providerOf,
    transactions: createTransactions({ records, clock, ids, names }),
    conclude: createConclude({ ...deps, provider, appOf }),
    page: createInteractionPages({ ...deps, provider, links, appOf }),
  });
  provider.use(createDevicePage({ attempts: createCodeAttempts({ records, clock }), forms, problem }));
  provider.use(createTokenAnswers({ records, clock }));
  provider.use(createSignOutPage({ forms, problem }));
  provider.use(routes.routes() as unknown as Koa.Middleware);
};

/** An app that cannot be an OAuth client stops the start, not its first viewer. */
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

const createAuthenticate =
  (provider: Provider): AuthorizationServer['authenticate'] =>
  async (bearer) => {
    if (!/^[\w-]{43}$/.test(bearer)) return undefined;
    const token = await provider.AccessToken.find(bearer);
    if (!token?.grantId || !token.accountId || !token.clientId) return undefined;
    // A refresh that was under way while its Grant was revoked may have left a token behind.
    if (!(await provider.Grant.find(token.grantId))) return undefined;
    return { grant: token.grantId, viewer: token.accountId, clientId: token.clientId };
  };
