import type { Answer, Call } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';
import { createLru } from '#src/lib/lru';
import type { Operation } from '#src/rest-v2/operation';
import type { ChangeKey } from '#src/stores/change-feed';
import type { AnswerCache } from './answer-cache.ts';
import { type About, type Drop, isMeant, type Notice, readDrop, type TaggedDrop, writeDrop } from './drop.ts';
import { effectOf } from './effect.ts';
import { deviceOf } from './keys.ts';

interface Deps {
  readonly cache: Pick<AnswerCache<About>, 'drop' | 'dropIf' | 'clear'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Names this process to itself: what it has dropped, it need not drop again when it reads the changes. */
  readonly process: string;
  /** Tells every other process. */
  readonly publish: (key: ChangeKey) => Promise<void>;
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

/** Drops answers, here at once and in every other process within a second. */
export const createDrops = ({ cache, clock, process, publish, unpublished }: Deps) => {
  /** By pair of credentials: until when its profiles may become others at any time. */
  const pending = createLru<number>(maxPending);

  const dropTagged = ({ tags, pendingUntil }: TaggedDrop): void => {
    const [pair] = tags;
    if (pair !== undefined && pendingUntil !== undefined)
      pending.set(pair, Math.min(pendingUntil, clock.now() + longestPending));
    for (const tag of tags) cache.drop(tag);
  };

  const apply = (dropped: Drop): void => {
    if ('notice' in dropped) cache.dropIf((about) => isMeant(dropped.notice, about));
    else dropTagged(dropped);
  };

  const drop = (dropped: Drop): Promise<void> => {
    apply(dropped);
    return publish({ kind: 'profiles', id: writeDrop({ by: process, dropped }) });
  };

  return {
    invalidate: (notice: Notice): Promise<void> => drop({ notice }),
    /** Whether the viewer of these credentials is about to log in. */
    isPending: (pair: string): boolean => clock.now() < (pending.get(pair) ?? 0),
    /** An MVPD has changed user metadata of the viewer of these credentials. Never rejects. */
    metadataChanged: (pair: string): Promise<void> => drop({ tags: [pair] }).catch(unpublished),
    /** After each call: drops what it may have changed. `answer`: undefined if there was none. Never rejects. */
    called: async (operation: Operation, call: Call, answer: Answer | undefined): Promise<void> => {
      const effect = effectOf(operation, answer);
      if (!effect) return;
      if (effect.kind === 'here') return cache.drop(call.credentials.id);
      const { pendingUntil } = effect;
      const dropped = { tags: touchedBy(call), ...(pendingUntil !== undefined && { pendingUntil }) };
      await drop(dropped).catch(unpublished);
    },
    /** Something that answers rest on has changed, here or in another process. */
    changed: ({ kind, id }: ChangeKey): void => {
      const read = kind === 'profiles' ? readDrop(id) : { by: '', dropped: { tags: [id] } };
      if (!read) cache.clear();
      else if (read.by !== process) apply(read.dropped);
    },
  };
};
