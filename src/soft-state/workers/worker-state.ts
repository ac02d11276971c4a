import type { Clock } from '#src/lib/clock';
import type { Json, JsonObject } from '#src/lib/json';
import { createLocalSoftState } from '../local/create.ts';
import type { NoticeListener, PollStore, PollTurn, SoftState } from '../ports.ts';
import { createLanes } from './lanes.ts';
import { maxWait } from './ledger.ts';
import type { Peer } from './peer.ts';

interface Deps {
  /** The primary. */
  readonly peer: Peer;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly workers: number;
  readonly replacedAt: number | undefined;
}

/** The soft state that the primary keeps. While it does not answer, the worker goes on with one of its own. */
export const createWorkerState = (deps: Deps): SoftState => {
  const { peer } = deps;
  const own = createLocalSoftState().join();
  /** The ports' inputs are data. */
  const ask = <T>(name: string, input: unknown, instead: () => Promise<T>): Promise<T> =>
    peer.ask(name, input as Json, maxWait).then((result) => result as T, instead);
  return {
    paces: { accept: (request) => ask('paces.accept', request, () => own.paces.accept(request)) },
    probes: {
      remember: (probe) => ask('probes.remember', probe, () => own.probes.remember(probe)),
      find: async (id, now) =>
        (await ask<JsonObject | null | undefined>('probes.find', { id, now }, () =>
          own.probes.find(id, now),
        )) ?? undefined,
    },
    allowances: createLanes(deps),
    polls: createPolls(deps, own.polls, ask),
    notices: createNotices(deps),
  };
};

const createNotices = ({ peer }: Deps): SoftState['notices'] => {
  const listeners = new Set<NoticeListener>();
  peer.answer('notices.received', async (input) => {
    const notices = input as unknown as Parameters<NoticeListener>[0];
    await Promise.allSettled([...listeners].map((listener) => listener(notices)));
    return null;
  });
  return {
    send: async (notices) => {
      const input = notices.map(({ kind, id }) => ({ kind, id }));
      await peer.ask('notices.send', input, maxWait).catch(() => undefined);
    },
    receive: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

type AskPrimary = <T>(name: string, input: unknown, instead: () => Promise<T>) => Promise<T>;

const createPolls = ({ peer }: Deps, own: PollStore, ask: AskPrimary): PollStore => {
  const followers = new Map<string, Set<(answer: Json) => void>>();
  peer.answer('polls.published', (input) => {
    const { key, answer } = input as { key: string; answer: Json };
    for (const listener of followers.get(key) ?? []) listener(answer);
    return null;
  });
  return {
    take: (request) => ask<PollTurn>('polls.take', request, () => own.take(request)),
    renew: (request) => ask('polls.renew', request, () => own.renew(request)),
    publish: (poll) => ask('polls.publish', poll, () => own.publish(poll)),
    release: (turn) => ask('polls.release', turn, () => own.release(turn)),
    follow: (key, listener) => {
      const all = followers.get(key) ?? new Set();
      if (all.size === 0) peer.tell('polls.follow', key);
      followers.set(key, all.add(listener));
      return () => {
        if (!all.delete(listener) || all.size > 0) return;
        followers.delete(key);
        peer.tell('polls.unfollow', key);
      };
    },
  };
};
