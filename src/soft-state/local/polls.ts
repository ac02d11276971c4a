import type { Json } from '#src/lib/json';
import { createLru } from '#src/lib/lru';
import type { PollStore } from '../ports.ts';

interface Turn {
  readonly owner: string;
  /** When the next one may ask. */
  readonly next: number;
  readonly answer?: Json;
}

interface Follower {
  readonly member: symbol;
  readonly listener: (answer: Json) => void;
}

/** One for each code that somebody waits for. */
const max = 100_000;

/** Returns how one more process joins. */
export const createPollHub = (): (() => PollStore) => {
  const turns = createLru<Turn>(max);
  const followers = new Map<string, Set<Follower>>();

  return () => {
    const member = Symbol('member');
    return {
      async take({ key, owner, now, interval }) {
        const last = turns.get(key);
        if (last && last.next > now) {
          return { mine: false, next: last.next, answer: last.answer };
        }
        turns.set(key, { ...last, owner, next: now + interval });
        return { mine: true };
      },
      async renew({ key, owner, now, interval }) {
        const turn = turns.get(key);
        if (turn?.owner !== owner) return false;
        turns.set(key, { ...turn, next: now + interval });
        return true;
      },
      async publish({ key, owner, answer, kept }) {
        const turn = turns.get(key);
        if (turn?.owner !== owner) return;
        if (kept) turns.set(key, { ...turn, answer });
        else turns.delete(key);
        for (const follower of followers.get(key) ?? [])
          if (follower.member !== member) follower.listener(answer);
      },
      async release({ key, owner }) {
        if (turns.get(key)?.owner === owner) turns.delete(key);
      },
      follow(key, listener) {
        const follower = { member, listener };
        const all = followers.get(key) ?? new Set();
        followers.set(key, all.add(follower));
        return () => {
          all.delete(follower);
          if (all.size === 0 && followers.get(key) === all) followers.delete(key);
        };
      },
    };
  };
};
