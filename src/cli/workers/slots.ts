import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Json } from '#src/lib/json';
import { errorFields, type Log } from '#src/observability/logger';
import type { PrimaryState } from '#src/soft-state/workers/primary-state';
import { forkWorker, type WorkerProcess, type WorkerStart } from './worker-process.ts';

export interface SlotDeps {
  readonly workers: number;
  /** Of the public listener. */
  readonly port: number;
  readonly state: Pick<PrimaryState, 'admit'>;
  readonly log: Log;
  readonly clock: Clock;
  /** A worker cannot be replaced: the gateway is to end. */
  failed(error: unknown): void;
}

interface Deps extends SlotDeps {
  /** The settings of a worker that starts now. */
  readonly settings: () => Config;
  /** A worker, numbered from 0, has ended. */
  ended(worker: number): void;
}

interface Slot {
  readonly number: number;
  process: WorkerProcess | undefined;
  isReady: boolean;
  /** Starts in a row that have failed. */
  failures: number;
}

/** Milliseconds before the next attempt, after so many that failed in a row. */
const pauses = [0, 500, 1_000, 2_000, 4_000];
/** Milliseconds after which an end has nothing to do with the start. */
const settled = 10_000;
/** Milliseconds that a worker may take to end after its last request. */
const maxEnd = 10_000;

/** Keeps a worker in each of the places: one that ends is replaced. */
export const createSlots = ({ workers, port, state, log, clock, failed, settings, ...deps }: Deps) => {
  const slots: readonly Slot[] = Array.from({ length: workers }, (_, number) => ({
    number,
    process: undefined,
    isReady: false,
    failures: 0,
  }));
  const stopping = new AbortController();
  /** Starts and changes of settings: one at a time, so that each worker has those of the others. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const next = last.then(act);
    last = next.catch(() => undefined);
    return next;
  };

  const launch = async (slot: Slot, replacedAt: number | null): Promise<void> => {
    const { number } = slot;
    const process = forkWorker();
    const startedAt = clock.monotonic();
    slot.process = process;
    const admitted = state.admit(number, process.peer);
    const ended = process.ended.then((how) => {
      admitted.dismiss();
      deps.ended(number);
      Object.assign(slot, { process: undefined, isReady: false });
      return how;
    });
    const start: WorkerStart = { config: settings(), port, number, workers, replacedAt };
    const isGone = ended.then((how) => {
      throw fail('worker_failed', { detail: `it ended ${how}` });
    });
    await Promise.race([process.order('start', start as unknown as Json), isGone]);
    slot.isReady = true;
    void ended.then((how) => {
      if (stopping.signal.aborted) return;
      if (clock.monotonic() - startedAt > settled) slot.failures = 0;
      log.error({ worker: number + 1, pid: process.pid }, `a worker ended ${how} and is replaced`);
      void replace(slot);
    });
  };

  const replace = async (slot: Slot): Promise<void> => {
    const worker = slot.number + 1;
    try {
      const pause = pauses[slot.failures];
      slot.failures += 1;
      if (pause === undefined) throw fail('worker_failed', { detail: `worker ${worker}` });
      await clock.wait(pause, stopping.signal);
      await inTurn(() => launch(slot, clock.monotonic()));
    } catch (error) {
      if (stopping.signal.aborted) return;
      if (slot.failures > pauses.length) return failed(error);
      log.error({ worker, ...errorFields(error) }, 'a worker does not start; it is tried again');
      slot.process?.kill();
      void replace(slot);
    }
  };

  return {
    inTurn,
    start: async (): Promise<void> => {
      await Promise.all(slots.map((slot) => launch(slot, null)));
    },
    /** Those that serve, by number. */
    ready: (): ReadonlyMap<number, WorkerProcess> =>
      new Map(
        slots.flatMap(({ number, process, isReady }) => (process && isReady ? [[number, process]] : [])),
      ),
    /** `grace`: milliseconds that running requests may take. */
    stop: async (grace: number): Promise<void> => {
      stopping.abort(new Error('the gateway ends'));
      await Promise.all(slots.flatMap(({ process }) => (process ? [end(process, grace)] : [])));
    },
  };
};

const end = async ({ peer, ended, kill }: WorkerProcess, grace: number): Promise<void> => {
  peer.tell('stop', grace);
  const timer = setTimeout(kill, grace + maxEnd);
  await ended;
  clearTimeout(timer);
};
