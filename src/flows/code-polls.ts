import { z } from 'zod';
import type { Answer } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';

export type Ask = (signal: AbortSignal) => Promise<Answer>;

export interface JoinedPoll {
  /** The first answer that waiting longer would not change. */
  readonly outcome: Promise<Answer>;
  /** The answer of the last request to Adobe, whatever it is. */
  latest(): Promise<Answer>;
  /** The polling ends when the last one leaves. */
  leave(): void;
}

export interface CodePolls {
  join(key: string, ask: Ask): JoinedPoll;
}

/** Adobe asks for three to five seconds between polls of one code. */
const interval = 4_000;

interface Poll {
  readonly joined: Set<PromiseWithResolvers<Answer>>;
  readonly stop: AbortController;
  latest: Promise<Answer>;
}

const profilesShape = z.object({ profiles: z.record(z.string(), z.unknown()) });

/** Waiting longer is pointless: there is a profile, or an error. */
const isFinal = ({ status, body }: Answer): boolean => {
  const parsed = profilesShape.safeParse(body);
  return status !== 200 || !parsed.success || Object.keys(parsed.data.profiles).length > 0;
};

/** Asks Adobe once per key and interval, however many wait and whoever came first. */
export const createCodePolls = ({ clock }: { readonly clock: Clock }): CodePolls => {
  const polls = new Map<string, Poll>();

  const run = async (key: string, poll: Poll, ask: Ask): Promise<void> => {
    try {
      for (let answer = await poll.latest; ; answer = await poll.latest) {
        if (isFinal(answer)) {
          for (const { resolve } of poll.joined) resolve(answer);
          return;
        }
        await clock.wait(interval, poll.stop.signal);
        poll.latest = ask(poll.stop.signal);
      }
    } catch (error) {
      for (const { reject } of poll.joined) reject(error);
    } finally {
      if (polls.get(key) === poll) polls.delete(key);
    }
  };

  const open = (key: string, ask: Ask): Poll => {
    const stop = new AbortController();
    const poll: Poll = { joined: new Set(), stop, latest: ask(stop.signal) };
    polls.set(key, poll);
    void run(key, poll, ask);
    return poll;
  };

  return {
    join: (key, ask) => {
      const poll = polls.get(key) ?? open(key, ask);
      const own = Promise.withResolvers<Answer>();
      own.promise.catch(() => undefined);
      poll.joined.add(own);
      return {
        outcome: own.promise,
        latest: () => poll.latest,
        leave: () => {
          poll.joined.delete(own);
          if (poll.joined.size > 0) return;
          if (polls.get(key) === poll) polls.delete(key);
          poll.stop.abort(new Error('no one is waiting for this code any more'));
        },
      };
    },
  };
};
