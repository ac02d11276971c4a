import type { Answer } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';
import { createSharedRun, type SharedRun } from '#src/lib/shared-run';
import { createEntries, type Entries, type Entry } from './entries.ts';
import { isSame, type KeptAnswer, keptAnswer } from './kept-answer.ts';
import type { Saved } from './saved-profiles.ts';

export interface Lifetime {
  /** Milliseconds. */
  readonly freshFor: number;
  /** For so much longer it is used while it is read again. */
  readonly staleFor: number;
  /** When it is over in any case, epoch milliseconds. */
  readonly validUntil?: number;
}

/** What follows from an answer that no drop concerns. */
export interface Assessment {
  /** How long it is kept; undefined if it is not. */
  readonly lifetime: Lifetime | undefined;
  /** What is stored of it. */
  readonly saved?: Saved | undefined;
}

/** How a read was served; `joined`: with one in flight. */
export type ReadResult = 'hit' | 'stale' | 'joined' | 'miss';

export interface Read<About> {
  readonly key: string;
  /** By what it is dropped. */
  readonly tags: readonly string[];
  /** What it is about, for drops that look at all entries. */
  readonly about: About;
  /** Whether only an answer of now will do. */
  readonly fresh: boolean;
  readonly signal?: AbortSignal | undefined;
  run(signal: AbortSignal): Promise<Answer>;
  /** Not called for the same bytes as before. `earlier`: what was stored for the key. */
  assess(answer: Answer, earlier: Saved | undefined): Assessment;
}

interface AnswerEntry<About> extends Entry {
  readonly about: About;
  /** The read in flight. */
  flight?: SharedRun<Answer> | undefined;
  kept?: Kept | undefined;
  /** What was kept for the key when somebody asked for an answer of now. */
  earlier?: Kept | undefined;
  /** What is stored of it. */
  saved?: Saved | undefined;
}

/** An answer that was dropped. */
export type Dropped = Pick<AnswerEntry<unknown>, 'saved'>;

interface Kept {
  readonly answer: KeptAnswer;
  readonly lifetime: Lifetime;
  readonly freshUntil: number;
  readonly until: number;
}

interface Deps {
  readonly maxBytes: number;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** Whether everything is known that changed more than a second ago, here or in another process. */
  readonly isUpToDate: () => boolean;
}

/** What an entry takes besides the bytes of its answer. */
const overhead = 1_500;
/** Milliseconds until a stale answer is read again, after that has failed. */
const pause = 10_000;

/** Undefined if it is over already. */
const keptFrom = (
  answer: KeptAnswer,
  lifetime: Lifetime,
  clock: Pick<Clock, 'now' | 'monotonic'>,
): Kept | undefined => {
  const { freshFor, staleFor, validUntil = Number.POSITIVE_INFINITY } = lifetime;
  const validFor = validUntil - clock.now();
  if (validFor <= 0) return undefined;
  const freshUntil = clock.monotonic() + Math.min(freshFor, validFor);
  return { answer, lifetime, freshUntil, until: freshUntil + staleFor };
};

/**
 * Answers by key. Who asks while a read is in flight waits for it. An answer is not kept if its entry was dropped meanwhile: it
 * may be from before the change.
 */
export const createAnswerCache = <About>({ maxBytes, clock, isUpToDate }: Deps) => {
  const entries = createEntries<AnswerEntry<About>>(maxBytes);

  const keep = (entry: AnswerEntry<About>, answer: KeptAnswer, lifetime: Lifetime): void => {
    const kept = keptFrom(answer, lifetime, clock);
    if (!kept) return void entries.remove(entry);
    entry.kept = kept;
    entries.resize(entry, overhead + answer.bytes.length);
  };

  const land = (entry: AnswerEntry<About>, answer: Answer, { assess }: Read<About>): void => {
    if (!entries.isIn(entry)) return;
    const before = entry.kept ?? entry.earlier;
    entry.earlier = undefined;
    if (before && isSame(before.answer, answer)) return void keep(entry, before.answer, before.lifetime);
    const { lifetime, saved } = assess(answer, entry.saved);
    entry.saved = saved;
    if (lifetime) return void keep(entry, keptAnswer(answer), lifetime);
    // A failure of Adobe's says nothing about what it told before.
    if (!entry.kept || answer.status < 500) entries.remove(entry);
  };

  /** Reads into an entry that is in place. */
  const fly = (entry: AnswerEntry<About>, read: Read<About>): SharedRun<Answer> => {
    const flight = createSharedRun(read.run);
    entry.flight = flight;
    const settled = (settle: () => void): void => {
      if (entry.flight !== flight) return;
      entry.flight = undefined;
      settle();
    };
    flight.outcome.then(
      (answer) => settled(() => land(entry, answer, read)),
      () => settled(() => entry.kept ?? entries.remove(entry)),
    );
    return flight;
  };

  const readNew = (read: Read<About>): Promise<Answer> => {
    const { key, tags, about } = read;
    const { saved, kept, earlier = kept } = entries.get(key) ?? {};
    const entry: AnswerEntry<About> = { key, tags, about, size: overhead, saved, earlier };
    entries.add(entry);
    return fly(entry, read).join(read.signal);
  };

  /** Nobody waits for it, and nobody's leaving ends it. */
  const readBehind = (entry: AnswerEntry<About>, kept: Kept, read: Read<About>): void => {
    if (entry.flight) return;
    entry.kept = { ...kept, freshUntil: clock.monotonic() + pause };
    void fly(entry, read).join();
  };

  return {
    read: (read: Read<About>): { readonly result: ReadResult; readonly answer: Promise<Answer> } => {
      const entry = read.fresh || !isUpToDate() ? undefined : entries.get(read.key);
      const now = clock.monotonic();
      const kept = entry?.kept && now < entry.kept.until ? entry.kept : undefined;
      if (entry && kept) {
        entries.touch(entry);
        const isStale = now >= kept.freshUntil;
        if (isStale) readBehind(entry, kept, read);
        return { result: isStale ? 'stale' : 'hit', answer: Promise.resolve(kept.answer) };
      }
      if (entry?.flight && !entry.flight.isAbandoned)
        return { result: 'joined', answer: entry.flight.join(read.signal) };
      return { result: 'miss', answer: readNew(read) };
    },
    /** A fresh answer, if there is one. */
    peek: (key: string): Answer | undefined => {
      const kept = isUpToDate() ? entries.get(key)?.kept : undefined;
      return kept && clock.monotonic() < kept.freshUntil ? kept.answer : undefined;
    },
    ...createForgetting(entries),
    get bytes(): number {
      return entries.bytes;
    },
  };
};

/** What is removed before its time, and what stays known of it. */
const createForgetting = <About>(entries: Entries<AnswerEntry<About>>) => {
  const removeAll = (removed: Iterable<AnswerEntry<About>>): Dropped[] => {
    const all = [...removed];
    for (const entry of all) entries.remove(entry);
    return all;
  };

  return {
    /** What is stored of an answer that is not known here. */
    note: ({ key, tags, about }: Pick<Read<About>, 'key' | 'tags' | 'about'>, saved: Saved): void => {
      if (!entries.get(key)) entries.add({ key, tags, about, size: overhead, saved });
    },
    /** Forgets answers, but not what is stored of them. Returns how many. */
    expire: (tag: string): number => {
      const expired = [...entries.tagged(tag)];
      for (const entry of expired) {
        const { key, tags, about, saved } = entry;
        if (saved) entries.add({ key, tags, about, size: overhead, saved });
        else entries.remove(entry);
      }
      return expired.length;
    },
    drop: (tag: string): Dropped[] => removeAll(entries.tagged(tag)),
    /** Looks at all entries: for what operators ask for. */
    dropIf: (isMeant: (about: About) => boolean): Dropped[] =>
      removeAll(entries.values().filter((entry) => isMeant(entry.about))),
    clear: (): Dropped[] => removeAll(entries.values()),
  };
};

export type AnswerCache<About> = ReturnType<typeof createAnswerCache<About>>;
