/**
 * What Adobe has answered, for as long as it can be relied on. This folder owns which answers are kept, in memory or in the
 * store, under which key, for how long, and what drops them. It must not know how Adobe is asked, and refuses decisions and media
 * tokens: of those, only permits of preauthorization are kept, in memory. Settings: `knownAnswers`, `caches.answers`.
 */
import type { Answer, Call } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';
import type { Device } from '#src/lib/device';
import type { Input, Operation } from '#src/rest-v2/operation';
import { operations } from '#src/rest-v2/operations';
import type { ProfileStore } from '#src/stores/profile-ports';
import { type AnswerCache, createAnswerCache, type ReadResult } from './answer-cache.ts';
import { type Asker, heldBy, placeOf } from './asker.ts';
import type { About, Drop } from './drop.ts';
import { createDrops } from './drops.ts';
import { createKept, type DropCause } from './kept.ts';
import { configurationKey, createIdentify, createPlatformOf, profilesKey } from './keys.ts';
import { createPermits, type KnownPermits, type Permits } from './permits.ts';
import { profileLifetime } from './profile-lifetime.ts';
import { type KnownProfile, lastingProfiles } from './profiles.ts';
import { createSavedProfiles } from './saved-profiles.ts';

interface Deps {
  readonly settings: {
    /** Milliseconds; 0: not kept. */
    readonly profileFreshness: number;
    readonly configurationFreshness: number;
  };
  readonly maxBytes: number;
  readonly store: ProfileStore;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** Whether everything is known that changed more than a second ago, here or in another process. */
  readonly isUpToDate: () => boolean;
  readonly process: string;
  /** Drops what is stored, and tells every other process. */
  readonly publish: (dropped: Drop) => Promise<void>;
  /** They could not be told what a call has changed. */
  readonly unpublished: (error: unknown) => void;
  /** Profiles could not be stored or removed. */
  readonly unsaved: (error: unknown) => void;
  /** Called for each read that could be served from memory. */
  readonly lookedUp: (event: {
    kind: 'profiles' | 'configuration' | 'permits' | 'stored-profiles';
    result: ReadResult;
  }) => void;
  readonly dropped: (event: { cause: DropCause; count: number }) => void;
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

export interface ProfilesRead extends Asked, Asker {}

export interface ConfigurationRead extends Asked {
  readonly environment: string;
  readonly serviceProvider: string;
  readonly device: Device;
}

/** Profiles that are valid now, without a call to Adobe. */
export interface KnownProfiles {
  readonly profiles: readonly KnownProfile[];
  /** Whether Adobe has said so within `profileFreshness`. */
  readonly isFresh: boolean;
}

/** Of the memory for answers, what permits may take: one in this number. */
const shareOfPermits = 8;

export const createKnownAnswers = (deps: Deps) => {
  const { settings, maxBytes, clock, lookedUp } = deps;
  const { profileFreshness: freshness } = settings;
  const forPermits = Math.floor(maxBytes / shareOfPermits);
  const answers = createAnswerCache<About>({ ...deps, maxBytes: maxBytes - forPermits });
  const permits = createPermits<About>({ ...deps, maxBytes: forPermits, freshness });
  const saved = createSavedProfiles(deps);
  const kept = createKept({ ...deps, answers, permits, saved });
  const drops = createDrops({ ...deps, kept });
  const platformOf = createPlatformOf();
  const identify = createIdentify(platformOf);
  let isClosed = false;

  /** Whether profiles and permits of these credentials are kept at all. */
  const mayKeep = ({ credentials }: Call): boolean =>
    freshness > 0 && !isClosed && !drops.isPending(credentials.id);

  /** Profiles as known, those of a read in flight, or new ones. Errors: those of `run`. */
  const readProfiles = (read: ProfilesRead): Promise<Answer> => {
    const { operation, input, call, run } = read;
    if (!mayKeep(call)) return run(read.signal);
    const identity = identify(call);
    const { result, answer } = answers.read({
      ...read,
      ...heldBy(read, identity, input.parameters?.['mvpd']),
      key: profilesKey(operation, call, input, identity),
      assess: (found, earlier) => {
        if (found.status !== 200) return { lifetime: undefined, saved: earlier };
        const profiles = lastingProfiles(found);
        const lifetime = profileLifetime(profiles, freshness);
        if (operation.name !== operations.getProfiles.name) return { lifetime };
        return { lifetime, saved: saved.learn(placeOf(read, identity), profiles, earlier) };
      },
    });
    lookedUp({ kind: 'profiles', result });
    return answer;
  };

  /** All profiles of the asker, from memory or the store; undefined if nothing is known. Errors: those of the store. */
  const findProfiles = async (asker: Asker): Promise<KnownProfiles | undefined> => {
    if (!mayKeep(asker.call)) return undefined;
    const now = clock.now();
    const identity = identify(asker.call);
    const key = profilesKey(operations.getProfiles, asker.call, {}, identity);
    const answer = answers.peek(key);
    const inMemory = answer && validAt(now, lastingProfiles(answer) ?? []);
    if (inMemory) return { profiles: inMemory, isFresh: true };
    const generation = drops.generation();
    const found = await saved.find(placeOf(asker, identity).key);
    // What was read may be from before a change.
    const profiles = found && generation === drops.generation() ? validAt(now, found.profiles) : undefined;
    lookedUp({ kind: 'stored-profiles', result: profiles ? 'hit' : 'miss' });
    if (!found || !profiles) return undefined;
    answers.note({ key, ...heldBy(asker, identity, undefined) }, found.saved);
    return { profiles, isFresh: now - found.learnedAt < freshness };
  };

  return {
    readProfiles,
    findProfiles,
    readConfiguration: createReadConfiguration({ ...deps, answers, platformOf, isClosed: () => isClosed }),
    ...createPermitReads({ permits, lookedUp, mayKeep, identify }),
    /** Drops what an operator's notice is about, here at once. Errors: those of `publish`; the others know nothing then. */
    invalidate: drops.invalidate,
    metadataChanged: drops.metadataChanged,
    called: drops.called,
    changed: drops.changed,
    /** Changes may have been missed. */
    missed: drops.missed,
    /** Nothing is kept from now on: other settings apply. What is stored stays. */
    close: (): void => {
      isClosed = true;
      answers.clear();
      permits.clear();
    },
    get bytes(): number {
      return answers.bytes + permits.bytes;
    },
  };
};

interface ConfigurationDeps extends Pick<Deps, 'settings' | 'lookedUp'> {
  readonly answers: AnswerCache<About>;
  readonly platformOf: ReturnType<typeof createPlatformOf>;
  readonly isClosed: () => boolean;
}

/** A configuration, as profiles. One that is no longer fresh is used for as long again, and read again meanwhile. */
const createReadConfiguration =
  ({ settings, lookedUp, answers, platformOf, isClosed }: ConfigurationDeps) =>
  (read: ConfigurationRead): Promise<Answer> => {
    const { operation, serviceProvider, device, run } = read;
    const freshFor = settings.configurationFreshness;
    if (freshFor === 0 || isClosed()) return run(read.signal);
    const { result, answer } = answers.read({
      ...read,
      key: configurationKey(operation, read, platformOf(device.info)),
      tags: [],
      about: { serviceProvider },
      assess: ({ status }) => ({
        lifetime: status === 200 ? { freshFor, staleFor: freshFor } : undefined,
      }),
    });
    lookedUp({ kind: 'configuration', result });
    return answer;
  };

export type KnownAnswers = ReturnType<typeof createKnownAnswers>;

interface PermitDeps extends Pick<Deps, 'lookedUp'> {
  readonly permits: Permits<About>;
  readonly mayKeep: (call: Call) => boolean;
  readonly identify: ReturnType<typeof createIdentify>;
}

const createPermitReads = ({ permits, lookedUp, mayKeep, identify }: PermitDeps) => ({
  /** What preauthorization has permitted, and what is to be learned from the answer that comes. */
  openPermits: (asker: Asker & { readonly mvpd: string; readonly fresh: boolean }): KnownPermits => {
    if (!mayKeep(asker.call)) return nothingKnown;
    const { call, mvpd, fresh } = asker;
    const identity = identify(call);
    const key = profilesKey(operations.preauthorize, call, { parameters: { mvpd } }, identity);
    return permits.open({ key, fresh, ...heldBy(asker, identity, mvpd) });
  },
  /** Whether all that was asked for was permitted before. */
  permitsLookedUp: (isKnown: boolean): void =>
    lookedUp({ kind: 'permits', result: isKnown ? 'hit' : 'miss' }),
});

const nothingKnown: KnownPermits = { decisions: new Map(), learn: () => undefined };

const validAt = (now: number, profiles: readonly KnownProfile[]): readonly KnownProfile[] | undefined => {
  const valid = profiles.filter(({ notAfter }) => notAfter > now);
  return valid.length > 0 ? valid : undefined;
};
