import type { Fixtures, ServiceProvider } from '#src/fixtures';
import { compositeKey } from '#src/lib/composite-key';
import type { Integrations } from '../configuration/integrations.ts';
import type { AdobeState, Authentication } from '../state.ts';
import type { SwitchReader } from '../switches.ts';

export interface SharedProfilesDeps {
  readonly state: Pick<AdobeState, 'profiles' | 'ssoProfiles'>;
  readonly fixtures: Pick<Fixtures, 'serviceProviders'>;
  readonly switches: SwitchReader<'ssoScope'>;
  readonly integrations: Pick<Integrations, 'isActive' | 'requiresOwnLogin'>;
}

const keyOf = (serviceProvider: string, subject: string, mvpd: string): string =>
  compositeKey(serviceProvider, subject, mvpd);

/** Whether two service providers share SSO profiles: brands of one programmer do, unless the switch differs. */
const inScope = (
  { switches }: Pick<SharedProfilesDeps, 'switches'>,
  one: ServiceProvider,
  other: ServiceProvider,
): boolean => {
  if (one.id === other.id || switches.now.ssoScope === 'everywhere') return true;
  return switches.now.ssoScope === 'programmer' && one.programmer === other.programmer;
};

/** SSO profiles by subject, stored under the service provider of the login that created them. */
export const createSharedProfiles = (deps: SharedProfilesDeps) => {
  const { state, fixtures, integrations } = deps;
  const scopeOf = (id: string): ServiceProvider[] => {
    const own = fixtures.serviceProviders.find((provider) => provider.id === id);
    return own ? fixtures.serviceProviders.filter((provider) => inScope(deps, own, provider)) : [];
  };
  return {
    store: (authentication: Authentication): void => {
      const { serviceProvider, mvpd, subject, platformSubject } = authentication;
      for (const one of [subject, platformSubject])
        if (one !== null) state.ssoProfiles.set(keyOf(serviceProvider, one, mvpd), authentication);
    },
    /** All profiles in the scope of the service provider, valid or not, the latest end first. */
    of: (serviceProvider: string, subject: string | null, mvpd: string): Authentication[] => {
      if (subject === null) return [];
      const providers = scopeOf(serviceProvider);
      const requiresOwnLogin = (provider: ServiceProvider) => integrations.requiresOwnLogin(provider, mvpd);
      const own = providers.find((provider) => provider.id === serviceProvider);
      if (!own || requiresOwnLogin(own) || !integrations.isActive(own, mvpd)) return [];
      return providers
        .filter((provider) => !requiresOwnLogin(provider))
        .flatMap((provider) => state.ssoProfiles.get(keyOf(provider.id, subject, mvpd)) ?? [])
        .sort((a, b) => b.notAfter - a.notAfter);
    },
    /** Removes all profiles in the scope, including the regular profiles of the same logins. */
    remove: (serviceProvider: string, subject: string, mvpd: string): void => {
      const scope = new Set(scopeOf(serviceProvider).map(({ id }) => id));
      for (const book of [state.profiles, state.ssoProfiles])
        for (const [key, found] of book) {
          const isTheirs = found.subject === subject || found.platformSubject === subject;
          if (isTheirs && found.mvpd === mvpd && scope.has(found.serviceProvider)) book.delete(key);
        }
    },
  };
};
