import { storeUnavailable } from '../failure.ts';
import { unpackError } from './packed-error.ts';
import type { Answer, Call } from './writer-messages.ts';

export interface WaitingCalls {
  /** Rejects with the method's error, or with gateway_unavailable when too many wait or no answer came in time. */
  add(call: Omit<Call, 'id'>): Promise<unknown>;
  settle(answers: readonly Answer[]): void;
  /** Rejects all of them. */
  giveUp(error: Error): void;
  /** Resolves when none waits. */
  empty(): Promise<void>;
}

interface Deps {
  readonly file: string;
  /** Calls that the thread has not answered, also those that were given up. */
  readonly maxWaiting: number;
  /** Milliseconds; some calls wait up to twice as long. */
  readonly maxWait: number;
  /** Gets all calls of a turn of the event loop at once. */
  send(calls: readonly Call[]): void;
  /** Whether any call waits now. */
  busy(isBusy: boolean): void;
}

/** The calls that the thread that writes has not answered. */
export const createWaitingCalls = ({ file, maxWaiting, maxWait, send, busy }: Deps): WaitingCalls => {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  /** Given up, and still before the thread: its queue has a bound too. */
  const abandoned = new Set<number>();
  let outgoing: Call[] = [];
  let lastId = 0;
  let timer: NodeJS.Timeout | undefined;
  let emptied: PromiseWithResolvers<void> | undefined;

  const flush = (): void => {
    const calls = outgoing;
    outgoing = [];
    send(calls);
  };
  const giveUp = (error: Error, upTo = lastId): void => {
    for (const [id, { reject }] of waiting) {
      if (id > upTo) break;
      waiting.delete(id);
      abandoned.add(id);
      reject(error);
    }
    rest();
  };
  const watch = (): void => {
    const upTo = lastId;
    timer = setTimeout(() => {
      giveUp(unanswered(file, 'no answer came in time'), upTo);
      if (waiting.size > 0) watch();
    }, maxWait);
  };
  const rest = (): void => {
    if (waiting.size > 0) return;
    clearTimeout(timer);
    busy(false);
    emptied?.resolve();
    emptied = undefined;
  };

  return {
    add: (call) => {
      if (waiting.size + abandoned.size >= maxWaiting)
        return Promise.reject(
          storeUnavailable('busy', { detail: `${file}: ${maxWaiting} writes are waiting` }),
        );
      if (outgoing.length === 0) setImmediate(flush);
      lastId += 1;
      outgoing.push({ ...call, id: lastId });
      const answer = Promise.withResolvers<unknown>();
      waiting.set(lastId, answer);
      if (waiting.size === 1) {
        busy(true);
        watch();
      }
      return answer.promise;
    },
    settle: (answers) => {
      for (const answer of answers) {
        const call = waiting.get(answer.id);
        waiting.delete(answer.id);
        abandoned.delete(answer.id);
        if ('error' in answer) call?.reject(unpackError(answer.error));
        else call?.resolve(answer.result);
      }
      rest();
    },
    giveUp,
    empty: async () => {
      if (waiting.size === 0) return;
      emptied ??= Promise.withResolvers();
      await emptied.promise;
    },
  };
};

/** Nobody knows whether it was written. */
export const unanswered = (file: string, why: string, cause?: unknown): Error =>
  storeUnavailable('timeout', {
    detail: `${file}: ${why}; whether it was written is not known`,
    cause,
  });
