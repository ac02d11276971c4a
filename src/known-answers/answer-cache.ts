import type { Answer } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';
import { createSharedRun, type SharedRun } from '#src/lib/shared-run';
import { createEntries, type Entry } from './entries.ts';
import { type KeptAnswer, keptAnswer } from './kept-answer.ts';

/** Milliseconds from now. */
export interface Lifetime {
  readonly freshFor: number;
  /** For so much longer it is used while it is read again. */
  readonly staleFor: number;
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
  /** How long an answer is kept; undefined if it is not. */
  lifetimeOf(answer: Answer): Lifetime | undefined;
}

interface AnswerEntry<About> extends Entry {
  readonly about: About;
  /** The read in flight. */
  flight?: SharedRun<Answer> | undefined;
  kept?: Kept | undefined;
}

interface Kept {
  readonly answer: KeptAnswer;
  readonly freshUntil: number;
  readonly until: number;
}

interface Deps {
  readonly maxBytes: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Whether everything is known that changed more than a second ago, here or in another process. */
  readonly isUpToDate: () => boolean;
}

/** What an entry takes besides the bytes of its answer. */
const overhead = 1_500;
/** Milliseconds until a stale answer is read again, after that has failed. */
const pause = 10_000;

/**
 * Answers by key. Who asks while a read is in flight waits for it. An answer is not kept if its entry was dropped meanwhile: it
 * may be from before the change.
 */
export const createAnswerCache = <About>({ maxBytes, clock, isUpToDate }: Deps) => {
  const entries = createEntries<AnswerEntry<About>>(maxBytes);

  const keep = (entry: AnswerEntry<About>, answer: Answer, lifetime: Lifetime | undefined): void => {
    if (!entries.isIn(entry)) return;
    if (!lifetime) {
      // A failure of Adobe's says nothing about what it told before.
      if (!entry.kept || answer.status < 500) entries.remove(entry);
      return;
    }
    const now = clock.monotonic();
    const kept = keptAnswer(answer);
    const freshUntil = now + lifetime.freshFor;
    entry.kept = { answer: kept, freshUntil, until: freshUntil + lifetime.staleFor };
    entries.resize(entry, overhead + kept.bytes.length);
  };

  /** Reads into an entry that is in place. */
  const fly = (entry: AnswerEntry<About>, { run, lifetimeOf }: Read<About>): SharedRun<Answer> => {
    const flight = createSharedRun(run);
    entry.flight = flight;
    const land = (settle: () => void) => () => {
      if (entry.flight !== flight) return;
      entry.flight = undefined;
      settle();
    };
    flight.outcome.then(
      (answer) => land(() => keep(entry, answer, lifetimeOf(answer)))(),
      land(() => entry.kept ?? entries.remove(entry)),
    );
    return flight;
  };

  const readNew = (read: Read<About>): Promise<Answer> => {
    const { key, tags, about } = read;
    const entry: AnswerEntry<About> = { key, tags, about, size: overhead };
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
    drop: entries.drop,
    /** Looks at all entries: for what operators ask for. */
    dropIf: (isMeant: (about: About) => boolean): void => {
      for (const entry of entries.values()) if (isMeant(entry.about)) entries.remove(entry);
    },
    clear: entries.clear,
    get bytes(): number {
      return entries.bytes;
    },
  };
};

export type AnswerCache<About> = ReturnType<typeof createAnswerCache<About>>;
