import cluster, { type Worker } from 'node:cluster';
import type { Config } from '#src/config/schema';
import { type ErrorCode, fail, type KinpassError } from '#src/lib/errors';
import type { Json, JsonObject } from '#src/lib/json';
import { createPeer, type Peer } from '#src/soft-state/workers/peer';

/** What a worker is started with. */
export interface WorkerStart {
  readonly config: Config;
  /** Of the public listener. */
  readonly port: number;
  /** From 0. */
  readonly number: number;
  readonly workers: number;
  /** When it took the place of one that ended, by the monotonic clock; null at the start of the gateway. */
  readonly replacedAt: number | null;
}

/** An error that is shown to people, as data. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly field: string | null;
  readonly hint: string | null;
}

export const refusalOf = ({ code, field, hint }: KinpassError): JsonObject => ({
  code,
  field: field ?? null,
  hint: hint ?? null,
});

/** A worker as its primary sees it. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  readonly peer: Peer;
  /** Asks for something that may be refused. Errors: the refusal; worker_failed if there is no answer. */
  order(name: string, input: Json): Promise<void>;
  /** Resolves with a text for the log. */
  readonly ended: Promise<string>;
  kill(): void;
}

/** Milliseconds: composing a gateway reads keys, files and the database. */
const maxOrder = 60_000;

/** The same command in a process that shares the public listener. */
export const forkWorker = (): WorkerProcess => {
  const forked = cluster.fork();
  const peer = createPeer({
    post: (messages) => {
      if (forked.isConnected()) forked.send(messages, () => undefined); // one that is leaving hears nothing
    },
    listen: (listener) => forked.on('message', listener),
  });
  return {
    pid: forked.process.pid,
    peer,
    order: async (name, input) => {
      const refusal = await peer.ask(name, input, maxOrder).catch((cause: unknown) => {
        throw fail('worker_failed', { detail: name, cause });
      });
      if (refusal !== null) throw asError(refusal as unknown as Refusal);
    },
    ended: endOf(forked),
    kill: () => void forked.process.kill('SIGKILL'),
  };
};

/** One that the system does not start, for want of processes or of the program, has an error and no exit. */
const endOf = (forked: Worker): Promise<string> =>
  new Promise((resolve) => {
    forked.on('exit', (code, signal) => resolve(signal ? `by ${signal}` : `with code ${code}`));
    forked.on('error', ({ message }) => {
      if (forked.process.pid === undefined) resolve(`before it started: ${message}`);
    });
  });

const asError = ({ code, field, hint }: Refusal): KinpassError =>
  fail(code, { ...(field !== null && { field }), ...(hint !== null && { hint }) });
