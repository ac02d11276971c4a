import type { IdentityProviderConfig } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { CodeFlowDeps } from './code-flow.ts';
import { createFacebookProvider } from './facebook.ts';
import { createGoogleProvider } from './google.ts';
import { createProviderFetch } from './http.ts';
import { observeProvider, type ProviderObserver } from './observed-provider.ts';
import { createConfiguredProvider } from './oidc.ts';
import type { RedirectProvider } from './provider.ts';

interface Deps {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly ids: Pick<Ids, 'secret'>;
  /** Whether providers may be reached by plain http. */
  readonly insecureHttp: boolean;
  /** The claims of its ID Tokens that a provider passes on besides the subject. */
  readonly claimsOf?: (provider: string) => readonly string[];
  /** Who hears how sign-ins with a provider end. */
  readonly observerOf?: (provider: IdentityProviderConfig) => ProviderObserver;
}

const nobody: ProviderObserver = { succeeded: () => undefined, failed: () => undefined };

type Factories = {
  readonly [Kind in IdentityProviderConfig['kind']]: (
    config: Extract<IdentityProviderConfig, { kind: Kind }> & { readonly claims: readonly string[] },
    deps: CodeFlowDeps,
  ) => RedirectProvider;
};

const factories: Factories = {
  oidc: createConfiguredProvider,
  google: createGoogleProvider,
  facebook: createFacebookProvider,
};

/** The configured identity providers by id. Each is contacted at its first sign-in, not earlier. */
export const createProviders = (
  configs: readonly IdentityProviderConfig[],
  deps: Deps,
): ReadonlyMap<string, RedirectProvider> => {
  const all = { ...deps, fetch: createProviderFetch(deps) };
  return new Map(
    configs.map((config) => {
      const provider = createProvider({ ...config, claims: deps.claimsOf?.(config.id) ?? [] }, all);
      return [config.id, observeProvider(provider, deps.observerOf?.(config) ?? nobody)];
    }),
  );
};

const createProvider = <Kind extends IdentityProviderConfig['kind']>(
  config: Extract<IdentityProviderConfig, { kind: Kind }> & { readonly claims: readonly string[] },
  deps: CodeFlowDeps,
): RedirectProvider => factories[config.kind as Kind](config, deps);
