import { environmentOf } from '#src/adobe-pass/environment';
import type { Call } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';
import { createLru } from '#src/lib/lru';
import { compositeKey, createSingleFlight } from '#src/lib/single-flight';
import type { Log } from '#src/observability/logger';
import type { LearnDomains, Learned } from './learn-domains.ts';

interface Place {
  readonly environment: string;
  readonly serviceProvider: string;
}

/** The domains that Adobe has registered for a service provider; undefined where nobody tells them. */
export interface RegisteredDomains {
  /** Those that are known without asking Adobe. */
  known(place: Place): readonly string[] | undefined;
  /** Asks Adobe, with the credentials and device of this call, for what is not known. Never rejects. */
  of(call: Call): Promise<readonly string[] | undefined>;
}

interface Deps {
  /** The settings, which take precedence over what Adobe tells. */
  readonly listed: readonly { readonly id: string; readonly domains: readonly string[] }[];
  readonly learnDomains: LearnDomains;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly log: Pick<Log, 'warn'>;
}

const keyOf = ({ environment, serviceProvider }: Place): string => compositeKey(environment, serviceProvider);

/** Warns once of each service provider whose domains are not known. */
export const createRegisteredDomains = ({ listed, learnDomains, clock, log }: Deps): RegisteredDomains => {
  const own = new Map(listed.map(({ id, domains }) => [id, domains]));
  const kept = createLru<{ readonly learned: Learned; readonly until: number }>(1_000);
  const flights = createSingleFlight<Learned>();
  const warned = new Set<string>();

  const recall = (key: string): Learned | undefined => {
    const found = kept.get(key);
    return found && found.until > clock.monotonic() ? found.learned : undefined;
  };
  const learn = async (place: Place, call: Call): Promise<Learned> => {
    const key = keyOf(place);
    const learned = await learnDomains(key, call);
    kept.set(key, { learned, until: clock.monotonic() + learned.expiresAt - clock.now() });
    if (learned.domains === undefined && !warned.has(key)) {
      warned.add(key);
      log.warn(
        { ...place, ...learned.fault },
        'redirectUrl and domainName are not checked: the registered domains are not known',
      );
    }
    return learned;
  };

  return {
    known: (place) => own.get(place.serviceProvider) ?? recall(keyOf(place))?.domains,
    of: async (call) => {
      const { serviceProvider, credentials } = call;
      const place = { environment: environmentOf(credentials.id), serviceProvider };
      const found = own.get(serviceProvider);
      if (found) return found;
      const key = keyOf(place);
      const learned = recall(key) ?? (await flights(key, () => learn(place, call)));
      return learned.domains;
    },
  };
};
