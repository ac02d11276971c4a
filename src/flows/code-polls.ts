import { z } from 'zod';
import type { Answer } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';
import { createPollHub } from '#src/soft-state/local/polls';
import type { PollStore } from '#src/soft-state/ports';

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
  /** Waits with everyone who joins this key, in any process. */
  join(key: string, ask: Ask): JoinedPoll;
  /** Waits alone: the answer depends on who asks. */
  alone(ask: Ask): JoinedPoll;
}

interface Deps {
  /** The turns to ask, and what other processes were answered. */
  readonly polls: PollStore;
  readonly clock: Clock;
}

/** Adobe asks for three to five seconds between polls of one code. */
const interval = 4_000;

const profilesShape = z.object({ profiles: z.record(z.string(), z.unknown()) });
const publishedShape = z.object({ status: z.int(), body: z.record(z.string(), z.json()) });

/** Without the bytes: other processes serialize the body again. */
const publishedOf = ({ status, body }: Answer): z.input<typeof publishedShape> => ({ status, body });

/** Waiting longer is pointless: there is a profile, or an error. */
const isFinal = ({ status, body }: Answer): boolean => {
  const parsed = profilesShape.safeParse(body);
  return status !== 200 || !parsed.success || Object.keys(parsed.data.profiles).length > 0;
};

/** Asks Adobe once per key and interval, however many wait, in whatever process, and whoever came first. */
export const createCodePolls = ({ polls: shared, clock }: Deps): CodePolls => {
  const polls = new Map<string, Poll>();

  const open = (key: string, ask: Ask, turns: PollStore): Poll => {
    const poll = createPoll();
    const stopFollowing = turns.follow(key, (answer) => poll.hear(publishedShape.parse(answer)));
    poll.stop.signal.addEventListener('abort', stopFollowing, { once: true });
    run({ key, ask, turns, clock, poll }).catch(poll.fail);
    return poll;
  };

  return {
    join: (key, ask) => {
      const running = polls.get(key);
      if (running) return join(running);
      const poll = open(key, ask, shared);
      polls.set(key, poll);
      poll.stop.signal.addEventListener('abort', () => polls.delete(key), { once: true });
      return join(poll);
    },
    alone: (ask) => join(open('', ask, createPollHub()())),
  };
};

interface Poll {
  readonly joined: Set<PromiseWithResolvers<Answer>>;
  /** Aborted when the poll has ended. */
  readonly stop: AbortController;
  latest: Promise<Answer>;
  /** An answer, whoever asked. */
  hear(answer: Answer): void;
  fail(error: unknown): void;
}

const createPoll = (): Poll => {
  const first = Promise.withResolvers<Answer>();
  first.promise.catch(() => undefined);
  const poll: Poll = {
    joined: new Set(),
    stop: new AbortController(),
    latest: first.promise,
    hear: (answer) => {
      first.resolve(answer);
      poll.latest = Promise.resolve(answer);
      if (!isFinal(answer)) return;
      for (const { resolve } of poll.joined) resolve(answer);
      poll.stop.abort(new Error('the answer that was waited for is there'));
    },
    fail: (error) => {
      first.reject(error);
      for (const { reject } of poll.joined) reject(error);
      poll.stop.abort(error);
    },
  };
  return poll;
};

const join = (poll: Poll): JoinedPoll => {
  const own = Promise.withResolvers<Answer>();
  own.promise.catch(() => undefined);
  poll.joined.add(own);
  return {
    outcome: own.promise,
    latest: () => poll.latest,
    leave: () => {
      poll.joined.delete(own);
      if (poll.joined.size === 0) poll.stop.abort(new Error('no one is waiting for this code any more'));
    },
  };
};

interface Running extends Pick<Deps, 'clock'> {
  readonly key: string;
  readonly ask: Ask;
  readonly turns: PollStore;
  readonly poll: Poll;
}

/** Asks whenever it is this process's turn, until the poll has ended. Rejects with what a request was refused with. */
const run = async ({ key, ask, turns, clock, poll }: Running): Promise<void> => {
  const { signal } = poll.stop;
  while (!signal.aborted) {
    const turn = await turns.take({ key, now: clock.monotonic(), interval });
    if (turn.mine) {
      poll.latest = ask(signal);
      const answer = await poll.latest.catch(async (error: unknown) => {
        await turns.release(key);
        throw error;
      });
      poll.hear(answer);
      await turns.publish({ key, answer: publishedOf(answer), kept: !isFinal(answer) });
      await clock.wait(interval, signal);
    } else {
      if (turn.answer !== undefined) poll.hear(publishedShape.parse(turn.answer));
      await clock.wait(Math.max(0, turn.next - clock.monotonic()), signal);
    }
  }
};
