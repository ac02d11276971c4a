import { fail } from '#src/lib/errors';
import { errorFields, type Log } from '#src/observability/logger';
import { startWriterThread, type WriterThread } from './start-writer-thread.ts';
import type { Call, Opened, WriterData } from './writer-messages.ts';

/** Writes to the database, in a thread of its own. */
export interface Writer extends Opened {
  /** Errors: those of the method; gateway_unavailable when too many calls wait, or when nobody knows whether it was done. */
  call(call: Omit<Call, 'id'>): Promise<unknown>;
  /** Refuses calls from now on; resolves when those before have been answered. */
  drain(): Promise<void>;
  /** Closes the database, after `drain`. */
  close(): Promise<void>;
}

interface Deps {
  readonly data: WriterData;
  readonly log: Pick<Log, 'warn'>;
}

/** Opens the database. Errors: store_invalid. A thread that ends by itself is replaced at the next call. */
export const openWriter = async ({ data, log }: Deps): Promise<Writer> => {
  const first = startWriterThread(data);
  const { checkedFor } = await first.opened;
  let thread: WriterThread | undefined;
  let isClosed = false;

  const use = (started: WriterThread): WriterThread => {
    thread = started;
    started.opened.catch(() => undefined); // `ended` has the reason, too
    void started.ended.then((reason) => {
      thread = undefined;
      if (!isClosed) log.warn(errorFields(reason), 'the thread that writes to the database has ended');
    });
    return started;
  };
  use(first);

  return {
    checkedFor,
    call: (call) => {
      if (isClosed) return Promise.reject(fail('gateway_unavailable', { detail: `${data.file} is closed` }));
      return (thread ?? use(startWriterThread(data))).call(call);
    },
    drain: async () => {
      isClosed = true;
      await thread?.idle();
    },
    close: async () => {
      thread?.close();
      await thread?.ended;
    },
  };
};
