import cluster from 'node:cluster';
import { resolve } from 'node:path';
import { loadConfig } from '#src/config/load';
import { contentHash, watchFile } from '#src/config/reload/watch-file';
import type { Config } from '#src/config/schema';
import { systemClock } from '#src/lib/clock';
import { createLog, errorFields, type Log } from '#src/observability/logger';
import { defineCommand } from '../command.ts';
import { openListeners, type RunningGateway, runGateway } from '../gateway-servers.ts';
import { configOption } from '../options.ts';
import { createReloadConfig } from '../reload-config.ts';
import { requireConfigFile } from '../settings.ts';
import { untilShutdown } from '../shutdown-signal.ts';
import { print } from '../terminal.ts';
import { endAtUnhandledErrors } from '../unhandled-errors.ts';
import { readWorkers, requireSharedStore, workersOption } from '../workers/count.ts';
import { runWorker } from '../workers/run-worker.ts';
import { runWorkers } from '../workers/run-workers.ts';

/**
 * The gateway alone. Its log goes to stdout, one JSON object per line, so nothing else is printed there once it runs. It
 * reloads when the configuration file changes, and at SIGHUP, which reloads the keys too.
 */
export const command = defineCommand({
  summary: 'Run the gateway alone, against Adobe',
  options: { config: configOption, workers: workersOption },
  run: (values) =>
    cluster.isWorker ? runWorker() : serve(requireConfigFile(values), readWorkers(values.workers)),
});

const serve = async (file: string, workers: number): Promise<void> => {
  const load = () => loadConfig({ file, env: process.env, cwd: process.cwd() });
  const path = resolve(file);
  const seen = await contentHash(path);
  const config = await load();
  const stopped = untilShutdown();
  const hangup = onHangup();
  const log = createLog(config.log.level);
  endAtUnhandledErrors(log);
  const { running, publicPort, failed } = await run(config, workers, log);
  print(`Kinpass serves ${config.publicOrigin} on ${config.public.host}:${publicPort}${inAll(workers)}`);

  const reload = createReloadConfig({ file, load, start: config, running, log, clock: systemClock });
  hangup.act(() => {
    void reload();
    running.reloadKeys().catch((error: unknown) => log.error(errorFields(error), 'keys not reloaded'));
  });
  const stopWatching = watchFile(path, seen, { clock: systemClock, onChange: reload });
  const signal = await Promise.race([stopped, failed]).finally(stopWatching);
  log.info({ signal }, 'the gateway ends');
  // At a terminal nobody waits for a load balancer.
  await running.close({ delayed: signal === 'SIGTERM' });
};

const inAll = (workers: number): string => (workers === 1 ? '' : ` with ${workers} workers`);

interface Started {
  readonly running: RunningGateway;
  readonly publicPort: number;
  /** Rejects when the gateway cannot go on. */
  readonly failed: Promise<never>;
}

const run = async (config: Config, workers: number, log: Log): Promise<Started> => {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  if (workers > 1) {
    requireSharedStore(config);
    const running = await runWorkers(config, { workers, log, failed: reject });
    return { running, publicPort: running.publicPort, failed };
  }
  const listeners = await openListeners(config);
  const running = await runGateway(config, listeners, { log });
  return { running, publicPort: listeners.public.port, failed };
};

/** Without a listener SIGHUP would end the process. One that arrives during start-up is handled afterwards. */
const onHangup = (): { act(action: () => void): void } => {
  let action: (() => void) | undefined;
  let early = false;
  process.on('SIGHUP', () => {
    if (action) action();
    else early = true;
  });
  return {
    act(wanted) {
      action = wanted;
      if (early) wanted();
    },
  };
};
