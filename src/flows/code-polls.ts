import { z } from 'zod';
import type { Answer } from '#src/adobe-pass/types';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { createTally } from '#src/lib/tally';
import { whileRenewing } from '#src/lib/while-renewing';
import { createPollHub } from '#src/soft-state/local/polls';
import type { PollStore } from '#src/soft-state/ports';
import { createPoll, type JoinedPoll, type Poll } from './poll.ts';
import { isFailure, isFinal, pauseAfter, pollInterval } from './poll-policy.ts';

export interface Question {
  ask(signal: AbortSignal): Promise<Answer>;
  /** Of the device that asks: who polls for more codes does it less often. */
  readonly address: string;
  /** Milliseconds between two requests at least, where that is more than for a code. */
  readonly interval?: number;
}

export interface CodePolls {
  /** Waits with everyone who joins this key, in any process. */
  join(key: string, question: Question): JoinedPoll;
  /** Waits alone: the answer depends on who asks. */
  alone(question: Question): JoinedPoll;
}

interface Deps {
  /** The turns to ask, and what other processes were answered. */
  readonly polls: PollStore;
  /** Calls that Adobe allows for an address. */
  readonly perSecond: number;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'uuid'>;
}

/** A response may take longer than a turn, which is renewed meanwhile. */
const renewInterval = 1_000;

const publishedShape = z.object({ status: z.int(), body: z.record(z.string(), z.json()) });

/** Without the bytes: other processes serialize the body again. */
const publishedOf = ({ status, body }: Answer): z.input<typeof publishedShape> => ({ status, body });

/**
 * Asks Adobe once per key and interval, however many wait, in whatever process, and whoever came first. A failure that may pass
 * costs those who wait a pause, and no more.
 */
export const createCodePolls = ({ polls: shared, perSecond, clock, ids }: Deps): CodePolls => {
  const polls = new Map<string, Poll>();
  /** How many this process polls for behind each address. */
  const codes = createTally();

  const open = (key: string, question: Question, turns: PollStore): Poll => {
    const { address, interval = 0 } = question;
    const poll = createPoll(clock);
    const stopFollowing = turns.follow(key, (answer) => poll.hear(publishedShape.parse(answer)));
    const stopCounting = codes.add(address);
    const stop = () => {
      stopFollowing();
      stopCounting();
    };
    poll.stop.signal.addEventListener('abort', stop, { once: true });
    const intervalNow = () => Math.max(interval, pollInterval(codes.count(address), perSecond));
    run({ key, owner: ids.uuid(), question, intervalNow, turns, clock, poll }).catch(poll.fail);
    return poll;
  };

  return {
    join: (key, question) => {
      const running = polls.get(key);
      if (running) return running.join();
      const poll = open(key, question, shared);
      polls.set(key, poll);
      poll.stop.signal.addEventListener('abort', () => polls.delete(key), { once: true });
      return poll.join();
    },
    alone: (question) => open('', question, createPollHub()()).join(),
  };
};

interface Running extends Pick<Deps, 'clock'> {
  readonly key: string;
  readonly owner: string;
  readonly question: Question;
  intervalNow(): number;
  readonly turns: PollStore;
  readonly poll: Poll;
}

/** Asks whenever it is this process's turn, until the poll has ended. Rejects with what a request was refused with. */
const run = async ({ key, owner, question, intervalNow, turns, clock, poll }: Running): Promise<void> => {
  const { signal } = poll.stop;
  const turnOf = (interval: number) => ({ key, owner, now: clock.monotonic(), interval });

  /** Returns how long to wait before the next request. */
  const askOnce = async (interval: number): Promise<number> => {
    const renewing = { clock, interval: renewInterval, renew: () => turns.renew(turnOf(interval)) };
    const answer = poll.attempt(whileRenewing(renewing, () => question.ask(signal)));
    try {
      const heard = await answer;
      if (isFailure(heard)) return interval;
      poll.hear(heard);
      await turns.publish({ key, owner, answer: publishedOf(heard), kept: !isFinal(heard) });
      return interval;
    } catch (error) {
      const pause = pauseAfter(error);
      if (pause === undefined) await turns.release({ key, owner });
      // The pause is for all processes: nobody else asks before its end.
      else await turns.renew(turnOf(pause));
      if (pause === undefined) throw error;
      return pause;
    }
  };

  while (!signal.aborted) {
    const interval = intervalNow();
    const turn = await turns.take(turnOf(interval));
    if (turn.mine) await clock.wait(await askOnce(interval), signal);
    else {
      if (turn.answer !== undefined) poll.hear(publishedShape.parse(turn.answer));
      await clock.wait(Math.max(0, turn.next - clock.monotonic()), signal);
    }
  }
};
