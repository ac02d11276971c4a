import type { Clock } from '#src/lib/clock';
import type { JsonObject } from '#src/lib/json';
import { errorFields, type Log } from '#src/observability/logger';
import type { RecordEntry, RecordStore } from '#src/stores/expiring-ports';
import type { Trace } from './trace.ts';

interface Deps {
  readonly records: Pick<RecordStore, 'putAll'>;
  readonly clock: Pick<Clock, 'wait'>;
  readonly log: Pick<Log, 'warn'>;
  counted(event: { result: 'stored' | 'dropped' | 'failed'; count: number }): void;
}

export interface TraceQueue {
  /** Stored within a second or two, or never: nothing waits for it. */
  add(id: string, trace: Trace, expiresAt: number): void;
  /** Stores what is left. */
  close(): Promise<void>;
}

/** Milliseconds between two writes. */
const pause = 1_000;
/** Entries that wait. */
const maxWaiting = 1_000;

/**
 * Traces on their way to the store: one transaction a second, outside of any request. What does not fit is dropped, what cannot be
 * stored is lost; both are counted.
 */
export const createTraceQueue = ({ records, clock, log, counted }: Deps): TraceQueue => {
  let waiting: RecordEntry[] = [];
  let isRunning = false;
  let running = Promise.resolve();
  const closing = new AbortController();

  const store = async (): Promise<void> => {
    const entries = waiting;
    waiting = [];
    if (entries.length === 0) return;
    try {
      await records.putAll('trace', entries);
      counted({ result: 'stored', count: entries.length });
    } catch (error) {
      counted({ result: 'failed', count: entries.length });
      log.warn(errorFields(error), 'traces of requests could not be stored');
    }
  };

  /** Runs while there is something to store. */
  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0 && !closing.signal.aborted) {
      await clock.wait(pause, closing.signal).catch(() => undefined);
      await store();
    }
    isRunning = false;
  };

  return {
    add: (id, trace, expiresAt) => {
      if (waiting.length >= maxWaiting || closing.signal.aborted)
        return counted({ result: 'dropped', count: 1 });
      const { adobeTrace } = trace;
      waiting.push({ key: id, value: asJson(trace), expiresAt });
      // An app that passes an error of Adobe on shows Adobe's id of it.
      if (adobeTrace !== undefined && adobeTrace !== id)
        waiting.push({ key: adobeTrace, value: { request: id }, expiresAt });
      if (!isRunning) running = run();
    },
    close: async () => {
      closing.abort();
      await running;
      await store();
    },
  };
};

/** Without members that are undefined. */
const asJson = (trace: Trace): JsonObject => JSON.parse(JSON.stringify(trace));
