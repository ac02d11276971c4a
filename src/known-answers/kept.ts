import type { AnswerCache, Dropped } from './answer-cache.ts';
import type { About } from './drop.ts';
import type { Permits } from './permits.ts';
import type { Saved, SavedProfiles } from './saved-profiles.ts';

/** Why something was dropped: a call of this process, a change that was heard of, an operator's notice, or a gap in the changes. */
export type DropCause = 'call' | 'change' | 'notice' | 'gap';

interface Deps {
  readonly answers: Pick<AnswerCache<About>, 'drop' | 'expire' | 'dropIf' | 'clear'>;
  readonly permits: Pick<Permits<About>, 'drop' | 'dropIf' | 'clear'>;
  readonly saved: Pick<SavedProfiles, 'dropped'>;
  /** Called with the number of answers that a cause has dropped. */
  readonly dropped: (event: { cause: DropCause; count: number }) => void;
}

/** Everything that is kept, for what drops it. */
export const createKept = ({ answers, permits, saved, dropped }: Deps) => {
  const done = (cause: DropCause, answersOf: readonly Dropped[], permitsOf = 0): void => {
    const count = answersOf.length + permitsOf;
    if (count > 0) dropped({ cause, count });
    const stored = answersOf.flatMap((answer): Saved[] => (answer.saved ? [answer.saved] : []));
    void saved.dropped(stored, { all: cause === 'gap' });
  };
  return {
    drop: (cause: DropCause, tags: readonly string[]): void => {
      for (const tag of tags) done(cause, answers.drop(tag), permits.drop(tag));
    },
    /** They have changed a little: what is stored of them stays. */
    expireAnswers: (tag: string): void => {
      const count = answers.expire(tag);
      if (count > 0) dropped({ cause: 'call', count });
    },
    dropIf: (cause: DropCause, isMeant: (about: About) => boolean): void =>
      done(cause, answers.dropIf(isMeant), permits.dropIf(isMeant)),
    clear: (cause: DropCause): void => done(cause, answers.clear(), permits.clear()),
  };
};

export type Kept = ReturnType<typeof createKept>;
