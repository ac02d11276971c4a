import { createGateway, type Successor } from '#src/gateway';
import { systemClock } from '#src/lib/clock';
import { fail, KinpassError } from '#src/lib/errors';
import type { Json } from '#src/lib/json';
import { createLog, errorFields, type Log } from '#src/observability/logger';
import { createPeer, type Peer } from '#src/soft-state/workers/peer';
import { createWorkerState } from '#src/soft-state/workers/worker-state';
import { publicAddress } from '../gateway-servers.ts';
import { createGracefulReload } from '../graceful-reload.ts';
import { listen } from '../listen.ts';
import { endAtUnhandledErrors } from '../unhandled-errors.ts';
import { refusalOf, type WorkerStart } from './worker-process.ts';

/**
 * One process of several that serve the public listener: it does what its primary tells it, and ends with it. Signals of a
 * terminal reach every process; they are for the primary.
 */
export const runWorker = async (): Promise<void> => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const peer = createPeer({
    post: (messages) => {
      process.send?.(messages);
    },
    listen: (listener) => process.on('message', listener),
  });
  const stop = Promise.withResolvers<number>();
  peer.answer('stop', (grace) => {
    stop.resolve(Number(grace));
    return null;
  });
  const started = Promise.withResolvers<Serving>();
  peer.answer('start', async (input) => {
    const serving = start(input as unknown as WorkerStart, peer);
    serving.then(started.resolve, started.reject);
    return outcomeOf(serving);
  });
  started.promise.catch(() => undefined);
  await Promise.race([stop.promise, started.promise]);
  const grace = await stop.promise;
  await (await started.promise).close(grace);
};

interface Serving {
  /** `grace`: milliseconds that running requests may take. */
  close(grace: number): Promise<void>;
}

const start = async (start: WorkerStart, peer: Peer): Promise<Serving> => {
  const { config, number, workers, replacedAt } = start;
  const log = ofWorker(createLog(config.log.level), number + 1);
  endAtUnhandledErrors(log);
  const softState = createWorkerState({
    peer,
    clock: systemClock,
    workers,
    replacedAt: replacedAt ?? undefined,
  });
  const gateway = await createGateway(config, { log, softState, isWorker: true });
  const reload = createGracefulReload(gateway);
  const { report, keyRing } = gateway;
  obey(peer, { reload, log });
  peer.answer('report.check', async () => {
    await report.check();
    return null;
  });
  peer.answer('report.metrics', async () => (await report.metrics()) as unknown as Json);
  peer.answer('report.providers', () => ({ ...report.providers() }) as unknown as Json);
  peer.answer('keys.reload', () => {
    keyRing.reload().catch((error: unknown) => log.error(errorFields(error), 'keys not reloaded'));
    return null;
  });
  const listener = await listen({ ...publicAddress(config), port: start.port, isShared: true });
  listener.serve(reload.handler('public'));
  peer.answer('drain', () => {
    listener.drain();
    return null;
  });
  return {
    close: async (grace) => {
      reload.gateway.shutdown.handOver();
      const cut = await listener.close(grace);
      if (cut > 0) log.warn({ requests: cut }, 'requests were cut: they took longer than shutdown.grace');
      await reload.close();
    },
  };
};

interface Obeying {
  readonly reload: ReturnType<typeof createGracefulReload<Awaited<ReturnType<typeof createGateway>>>>;
  readonly log: Log;
}

/** Other settings, in two steps. */
const obey = (peer: Peer, { reload, log }: Obeying): void => {
  let next: Successor | undefined;
  peer.answer('settings.compose', (config) =>
    outcomeOf(
      reload.gateway.compose(config as unknown as WorkerStart['config']).then((successor) => {
        next = successor;
      }),
    ),
  );
  peer.answer('settings.discard', () => {
    next?.discard();
    next = undefined;
    return null;
  });
  peer.answer('settings.use', () => {
    if (next) reload.replace(next.takeEffect());
    else log.error({}, 'there are no settings to use');
    next = undefined;
    return null;
  });
};

/** Null, or why not. */
const outcomeOf = (work: Promise<unknown>): Promise<Json> =>
  work.then(
    () => null,
    (error: unknown) =>
      refusalOf(error instanceof KinpassError ? error : fail('worker_failed', { cause: error })),
  );

const ofWorker = (log: Log, worker: number): Log => ({
  debug: (fields, message) => log.debug({ worker, ...fields }, message),
  info: (fields, message) => log.info({ worker, ...fields }, message),
  warn: (fields, message) => log.warn({ worker, ...fields }, message),
  error: (fields, message) => log.error({ worker, ...fields }, message),
});
