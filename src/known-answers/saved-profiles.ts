import { canonicalJson } from '#src/lib/canonical-json';
import type { Clock } from '#src/lib/clock';
import { fingerprint } from '#src/lib/ids';
import { textMember } from '#src/lib/json';
import type { ProfileStore, StoredProfiles } from '#src/stores/profile-ports';
import { type KnownProfile, readStored } from './profiles.ts';

/** What is stored of an answer, as far as this process knows. */
export interface Saved {
  readonly key: string;
  /** Of the profiles: what is the same is not written again. */
  readonly digest: string;
  /** When this process stored it, by the monotonic clock. */
  readonly at: number;
  /** Never rejects. */
  readonly written: Promise<void>;
}

/** Whose profiles are stored, under which key. */
export type SavedPlace = Omit<StoredProfiles, 'value' | 'learnedAt' | 'expiresAt'>;

interface Found {
  readonly profiles: readonly KnownProfile[];
  readonly learnedAt: number;
  readonly saved: Saved;
}

interface Deps {
  readonly store: ProfileStore;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** Profiles could not be stored or removed. */
  readonly unsaved: (error: unknown) => void;
}

/** Milliseconds after which every process has heard of a change, with much to spare. */
const heardAfter = 60_000;

/**
 * The lasting part of profiles, in the store. Nobody waits for a write; there is one when Adobe's answer differs from what is stored,
 * none per read.
 */
export const createSavedProfiles = ({ store, clock, unsaved }: Deps) => {
  const remove = async (keys: readonly string[]): Promise<void> => {
    if (keys.length > 0) await store.remove(keys).catch(unsaved);
  };

  const save = (place: SavedPlace, profiles: readonly KnownProfile[]): Promise<void> =>
    store.put({
      ...place,
      value: JSON.parse(JSON.stringify(profiles)),
      learnedAt: clock.now(),
      expiresAt: Math.max(...profiles.map(({ notAfter }) => notAfter)),
    });

  /** What is stored of it is not known in this process: after a restart it may be there. */
  const saveUnlessThere = async (
    place: SavedPlace,
    profiles: readonly KnownProfile[],
    digest: string,
  ): Promise<void> => {
    if ((await find(place.key))?.saved.digest !== digest) await save(place, profiles);
  };

  /** What any process has stored. */
  const find = async (key: string): Promise<Found | undefined> => {
    const found = await store.get(key, clock.now());
    const profiles = found && readStored(found.value);
    if (!profiles) return undefined;
    const saved = {
      key,
      digest: digestOf(profiles),
      at: Number.NEGATIVE_INFINITY,
      written: Promise.resolve(),
    };
    return { profiles, learnedAt: found.learnedAt, saved };
  };

  return {
    /**
     * Adobe has answered with these profiles, or with none that last, and nothing has dropped what it said. Returns what is stored of
     * it.
     */
    learn: (
      place: SavedPlace,
      profiles: readonly KnownProfile[] | undefined,
      earlier: Saved | undefined,
    ): Saved | undefined => {
      if (!profiles) {
        if (earlier) void remove([place.key]);
        return undefined;
      }
      const digest = digestOf(profiles);
      if (earlier?.digest === digest) return earlier;
      const writing = earlier ? save(place, profiles) : saveUnlessThere(place, profiles, digest);
      return { key: place.key, digest, at: clock.monotonic(), written: writing.catch(unsaved) };
    },
    find,
    /**
     * Answers were dropped. Whoever dropped them has removed what is stored; but what this process stored at the same time may
     * have come after that. `all`: however long ago.
     */
    dropped: async (saved: readonly Saved[], { all = false } = {}): Promise<void> => {
      const since = clock.monotonic() - heardAfter;
      const late = saved.filter(({ at }) => all || at > since);
      await Promise.all(late.map(({ written }) => written));
      await remove(late.map(({ key }) => key));
    },
  };
};

/** What Adobe encrypts is another text at each read, and is left out. */
const digestOf = (profiles: readonly KnownProfile[]): string =>
  fingerprint(
    canonicalJson(
      profiles.map(({ attributes, ...profile }) => ({
        ...profile,
        attributes: Object.fromEntries(
          Object.entries(attributes).map(([name, attribute]) => [
            name,
            textMember(attribute, 'state') === 'enc' ? 'encrypted' : attribute,
          ]),
        ),
      })),
    ),
  );

export type SavedProfiles = ReturnType<typeof createSavedProfiles>;
