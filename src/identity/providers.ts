import type { IdentityProviderConfig } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import type { CodeFlowDeps } from './code-flow.ts';
import { createFacebookProvider } from './facebook.ts';
import { createGoogleProvider } from './google.ts';
import { createProviderFetch } from './http.ts';
import { createConfiguredProvider } from './oidc.ts';
import type { RedirectProvider } from './provider.ts';

interface Deps {
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'secret'>;
  /** Whether providers may be reached by plain http. */
  readonly insecureHttp: boolean;
  /** The claims of its ID Tokens that a provider passes on besides the subject. */
  readonly claimsOf?: (provider: string) => readonly string[];
}

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
    configs.map((config) => [
      config.id,
      createProvider({ ...config, claims: deps.claimsOf?.(config.id) ?? [] }, all),
    ]),
  );
};

const createProvider = <Kind extends IdentityProviderConfig['kind']>(
  config: Extract<IdentityProviderConfig, { kind: Kind }> & { readonly claims: readonly string[] },
  deps: CodeFlowDeps,
): RedirectProvider => factories[config.kind as Kind](config, deps);
