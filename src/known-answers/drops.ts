import type { Answer, Call } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';
import { createLru } from '#src/lib/lru';
import type { Operation } from '#src/rest-v2/operation';
import type { ChangeKey } from '#src/stores/change-feed';
import { type Drop, isMeant, type Notice, readDrop, type TaggedDrop } from './drop.ts';
import { effectOf, saysLoggedIn } from './effect.ts';
import type { DropCause, Kept } from './kept.ts';
import { deviceOf } from './keys.ts';

interface Deps {
  readonly kept: Kept;
  readonly clock: Pick<Clock, 'now'>;
  /** Names this process to itself: what it has dropped, it need not drop again when it reads the changes. */
  readonly process: string;
  /** Drops what is stored, and tells every other process. */
  readonly publish: (dropped: Drop) => Promise<void>;
  /** They could not be told what a call has changed. */
  readonly unpublished: (error: unknown) => void;
}

/** Pairs whose viewers are about to log in: a limit for memory only. */
const maxPending = 10_000;
/** Milliseconds for which one is waited for at most: the lifetime of a code, as Adobe documents it. */
const longestPending = 30 * 60_000;

/** Of a device or platform account: with one of these, profiles are shared between the viewers and apps of a device. */
const platformHeaders = [
  'ap-partner-framework-status',
  'adobe-subject-token',
  'x-roku-reserved-roku-connect-token',
] as const;

/** What a call may have changed the profiles of: its credentials first, its viewer, and with a platform's identity its device. */
const touchedBy = ({ credentials, viewer, device }: Call): string[] => [
  credentials.id,
  ...(viewer === undefined ? [] : [viewer]),
  ...(platformHeaders.some((name) => device.headers[name] !== undefined) ? [deviceOf(device)] : []),
];

interface Pending {
  /** Epoch milliseconds. */
  readonly until: number;
  /** By Adobe's clock: a newer profile says that the viewer has logged in. */
  readonly since: number | undefined;
}

/** Drops answers, here at once and in every other process within a second. */
export const createDrops = ({ kept, clock, process, publish, unpublished }: Deps) => {
  /** By pair of credentials: until when its profiles may become others at any time. */
  const pending = createLru<Pending>(maxPending);
  let count = 0;

  const pendingOf = (pair: string): Pending | undefined => {
    const found = pending.get(pair);
    return found && clock.now() < found.until ? found : undefined;
  };

  const dropTagged = (cause: DropCause, { tags, pendingUntil, pendingSince }: TaggedDrop): void => {
    const [pair] = tags;
    if (pair !== undefined && pendingUntil !== undefined)
      pending.set(pair, {
        until: Math.min(pendingUntil, clock.now() + longestPending),
        since: pendingSince,
      });
    kept.drop(cause, tags);
  };

  const apply = (dropped: Drop, cause: DropCause): void => {
    count += 1;
    if ('notice' in dropped) kept.dropIf('notice', (about) => isMeant(dropped.notice, about));
    else dropTagged(cause, dropped);
  };

  const drop = (dropped: Drop): Promise<void> => {
    apply(dropped, 'call');
    return publish(dropped);
  };

  /** A viewer who has logged in without a poll of the code is seen by their profile. */
  const effectNow = (operation: Operation, call: Call, answer: Answer | undefined) => {
    const { since } = pendingOf(call.credentials.id) ?? {};
    const hasLoggedIn = answer && since !== undefined && saysLoggedIn(answer, since);
    return hasLoggedIn ? ({ kind: 'everywhere', pendingUntil: 0 } as const) : effectOf(operation, answer);
  };

  return {
    invalidate: (notice: Notice): Promise<void> => drop({ notice }),
    /** Whether the viewer of these credentials is about to log in. */
    isPending: (pair: string): boolean => pendingOf(pair) !== undefined,
    /** Grows with everything that is dropped. */
    generation: (): number => count,
    /** An MVPD has changed user metadata of the viewer of these credentials. Never rejects. */
    metadataChanged: (pair: string): Promise<void> => drop({ tags: [pair] }).catch(unpublished),
    /** After each call: drops what it may have changed. `answer`: undefined if there was none. Never rejects. */
    called: async (operation: Operation, call: Call, answer: Answer | undefined): Promise<void> => {
      const effect = effectNow(operation, call, answer);
      if (!effect) return;
      if (effect.kind === 'here') {
        const pair = call.credentials.id;
        return effect.isDenial ? kept.drop('call', [pair]) : kept.expireAnswers(pair);
      }
      const { kind: _, ...pendingTimes } = effect;
      await drop({ tags: touchedBy(call), ...pendingTimes }).catch(unpublished);
    },
    /** Something that answers rest on has changed, here or in another process. */
    changed: ({ kind, id }: ChangeKey): void => {
      const read = kind === 'profiles' ? readDrop(id) : { by: '', dropped: { tags: [id] } };
      if (!read) kept.clear('gap');
      else if (read.by !== process) apply(read.dropped, 'change');
    },
    missed: (): void => {
      count += 1;
      kept.clear('gap');
    },
  };
};
