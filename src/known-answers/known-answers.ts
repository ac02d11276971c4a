/**
 * What Adobe has answered, for as long as it can be relied on. This folder owns which answers are kept in memory, under which
 * key, for how long, and what drops them. It must not know how Adobe is asked, and refuses decisions and media tokens:
 * those are never kept. Settings: `knownAnswers`, `caches.answers`.
 */
import type { Answer, Call } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';
import type { Device } from '#src/lib/device';
import type { Input, Operation } from '#src/rest-v2/operation';
import type { ChangeKey } from '#src/stores/change-feed';
import { createAnswerCache, type ReadResult } from './answer-cache.ts';
import type { About } from './drop.ts';
import { createDrops } from './drops.ts';
import { configurationKey, createPlatformOf, deviceOf, profilesKey, subjectOf } from './keys.ts';
import { profileLifetime } from './profile-lifetime.ts';

interface Deps {
  readonly settings: {
    /** Milliseconds; 0: not kept. */
    readonly profileFreshness: number;
    readonly configurationFreshness: number;
  };
  readonly maxBytes: number;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** Whether everything is known that changed more than a second ago, here or in another process. */
  readonly isUpToDate: () => boolean;
  readonly process: string;
  /** Tells every other process. */
  readonly publish: (key: ChangeKey) => Promise<void>;
  /** They could not be told what a call has changed. */
  readonly unpublished: (error: unknown) => void;
  /** Called for each read that could be served from memory. */
  readonly lookedUp: (event: { kind: 'profiles' | 'configuration'; result: ReadResult }) => void;
}

interface Asked {
  readonly operation: Operation;
  readonly input: Input;
  /** Whether only an answer of now will do. */
  readonly fresh: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Asks Adobe. */
  run(signal: AbortSignal | undefined): Promise<Answer>;
}

export interface ProfilesRead extends Asked {
  readonly call: Call;
  /** What the caller rests on: who it is, on which instance, by which sign-in. */
  readonly restsOn: readonly ChangeKey[];
}

export interface ConfigurationRead extends Asked {
  readonly environment: string;
  readonly serviceProvider: string;
  readonly device: Device;
}

export const createKnownAnswers = (deps: Deps) => {
  const { settings, clock, lookedUp } = deps;
  const cache = createAnswerCache<About>(deps);
  const drops = createDrops({ ...deps, cache });
  const platformOf = createPlatformOf();
  let isClosed = false;

  /** Profiles as known, those of a read in flight, or new ones. Errors: those of `run`. */
  const readProfiles = (read: ProfilesRead): Promise<Answer> => {
    const { operation, input, call, restsOn, run } = read;
    const { profileFreshness: freshness } = settings;
    if (freshness === 0 || isClosed || drops.isPending(call.credentials.id)) return run(read.signal);
    const holder = { subject: subjectOf(call)[0], account: call.viewer, device: deviceOf(call.device) };
    const { result, answer } = cache.read({
      ...read,
      key: profilesKey(operation, call, input, platformOf(call.device.info)),
      tags: [call.credentials.id, holder.device, ...restsOn.map(({ id }) => id)],
      about: { serviceProvider: call.serviceProvider, mvpd: input.parameters?.['mvpd'], holder },
      lifetimeOf: (found) => profileLifetime(found, { freshness, now: clock.now() }),
    });
    lookedUp({ kind: 'profiles', result });
    return answer;
  };

  /** The same for a configuration. One that is no longer fresh is used for as long again, and read again meanwhile. */
  const readConfiguration = (read: ConfigurationRead): Promise<Answer> => {
    const { operation, serviceProvider, device, run } = read;
    const freshFor = settings.configurationFreshness;
    if (freshFor === 0 || isClosed) return run(read.signal);
    const { result, answer } = cache.read({
      ...read,
      key: configurationKey(operation, read, platformOf(device.info)),
      tags: [],
      about: { serviceProvider },
      lifetimeOf: ({ status }) => (status === 200 ? { freshFor, staleFor: freshFor } : undefined),
    });
    lookedUp({ kind: 'configuration', result });
    return answer;
  };

  return {
    readProfiles,
    readConfiguration,
    /** Drops what an operator's notice is about, here at once. Errors: those of `publish`; the others know nothing then. */
    invalidate: drops.invalidate,
    metadataChanged: drops.metadataChanged,
    called: drops.called,
    changed: drops.changed,
    /** Changes may have been missed. */
    missed: cache.clear,
    /** Nothing is kept from now on: other settings apply. */
    close: (): void => {
      isClosed = true;
      cache.clear();
    },
    get bytes(): number {
      return cache.bytes;
    },
  };
};

export type KnownAnswers = ReturnType<typeof createKnownAnswers>;
