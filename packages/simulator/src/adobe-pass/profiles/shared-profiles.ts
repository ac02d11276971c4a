import type { ServiceProvider } from '#src/fixtures';
import { compositeKey } from '#src/lib/single-flight';
import type { AdobeContext } from '../context.ts';
import type { Authentication } from '../state.ts';

type Context = Pick<AdobeContext, 'state' | 'fixtures' | 'switches' | 'integrations'>;

const keyOf = (serviceProvider: string, subject: string, mvpd: string): string =>
  compositeKey(serviceProvider, subject, mvpd);

/** Whether the one's word counts for the other: brands of one programmer, unless the switch says otherwise. */
const inScope = ({ switches }: Context, one: ServiceProvider, other: ServiceProvider): boolean => {
  if (one.id === other.id || switches.now.ssoScope === 'everywhere') return true;
  return switches.now.ssoScope === 'programmer' && one.programmer === other.programmer;
};

/** What the logins of a subject made for others to find: kept by the service provider where each happened. */
export const createSharedProfiles = (context: Context) => {
  const { state, fixtures, integrations } = context;
  const around = (id: string): ServiceProvider[] => {
    const own = fixtures.serviceProviders.find((provider) => provider.id === id);
    return own ? fixtures.serviceProviders.filter((provider) => inScope(context, own, provider)) : [];
  };
  return {
    keep: (authentication: Authentication): void => {
      const { serviceProvider, mvpd, subject, platformSubject } = authentication;
      for (const one of [subject, platformSubject])
        if (one !== null) state.ssoProfiles.set(keyOf(serviceProvider, one, mvpd), authentication);
    },
    /** Everything within reach of the service provider, valid or not, the longest first. */
    of: (serviceProvider: string, subject: string | null, mvpd: string): Authentication[] => {
      if (subject === null) return [];
      const providers = around(serviceProvider);
      const alone = (provider: ServiceProvider) => integrations.standsAlone(provider, mvpd);
      const own = providers.find((provider) => provider.id === serviceProvider);
      if (!own || alone(own) || !integrations.isActive(own, mvpd)) return [];
      return providers
        .filter((provider) => !alone(provider))
        .flatMap((provider) => state.ssoProfiles.get(keyOf(provider.id, subject, mvpd)) ?? [])
        .sort((a, b) => b.notAfter - a.notAfter);
    },
    /** Ends everything within reach, the regular profiles of those logins too. */
    remove: (serviceProvider: string, subject: string, mvpd: string): void => {
      const reach = new Set(around(serviceProvider).map(({ id }) => id));
      for (const book of [state.profiles, state.ssoProfiles])
        for (const [key, found] of book) {
          const theirs = found.subject === subject || found.platformSubject === subject;
          if (theirs && found.mvpd === mvpd && reach.has(found.serviceProvider)) book.delete(key);
        }
    },
  };
};
