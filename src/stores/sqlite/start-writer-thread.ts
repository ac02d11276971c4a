import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { unpackError } from './packed-error.ts';
import { createWaitingCalls, unanswered, type WaitingCalls } from './waiting-calls.ts';
import type { Opened, Request, Response, WriterData } from './writer-messages.ts';

/** The thread that writes, as seen from the one that serves. It does not keep the process alive but while a call waits. */
export interface WriterThread {
  /** How opening the database went. Rejects with the reason why it did not. */
  readonly opened: Promise<Opened>;
  readonly call: WaitingCalls['add'];
  /** Resolves when every call has been answered. */
  readonly idle: WaitingCalls['empty'];
  /** Closes the database, when no call waits. */
  close(): void;
  /** When the thread has ended, with the reason if it did so by itself. Calls that it had not answered are rejected. */
  readonly ended: Promise<unknown>;
}

const maxWaiting = 5_000;
const maxWait = 30_000;

const extension = extname(import.meta.url);
/** A thread does not inherit the hook by which a clone runs its sources. */
const execArgv = extension === '.ts' ? { execArgv: ['--conditions=kinpass-source'] } : {};

export const startWriterThread = (data: WriterData): WriterThread => {
  const { file } = data;
  const worker = new Worker(new URL(`./writer-thread${extension}`, import.meta.url), {
    workerData: data,
    ...execArgv,
  });
  const send = (request: Request): void => worker.postMessage(request);
  const opening = Promise.withResolvers<Opened>();
  const ending = Promise.withResolvers<unknown>();
  let reason: unknown;

  const calls = createWaitingCalls({
    file,
    maxWaiting,
    maxWait,
    send,
    busy: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
  });

  worker.on('message', (response: Response) => {
    if ('answers' in response) return calls.settle(response.answers);
    if ('refused' in response) {
      reason = unpackError(response.refused);
    } else {
      opening.resolve(response.opened);
      calls.settle([]); // until here the process stays alive though no call waits
    }
  });
  worker.on('error', (error) => {
    reason = error;
  });
  worker.once('exit', () => {
    opening.reject(reason);
    calls.giveUp(unanswered(file, 'the thread that writes has ended', reason));
    ending.resolve(reason);
  });
  return {
    opened: opening.promise,
    call: calls.add,
    idle: calls.empty,
    close: () => {
      worker.ref();
      send('close');
    },
    ended: ending.promise,
  };
};
