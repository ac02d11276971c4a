import { resolve } from 'node:path';
import { loadConfig } from '#src/config/load';
import { contentHash, watchFile } from '#src/config/reload/watch-file';
import { systemClock } from '#src/lib/clock';
import { createLog, errorFields } from '#src/observability/logger';
import { defineCommand } from '../command.ts';
import { openListeners, runGateway } from '../gateway-servers.ts';
import { configOption } from '../options.ts';
import { createReloadConfig } from '../reload-config.ts';
import { requireConfigFile } from '../settings.ts';
import { untilShutdown } from '../shutdown-signal.ts';
import { print } from '../terminal.ts';

/**
 * The gateway alone. Its log goes to stdout, one JSON object per line, so nothing else is printed there once it runs. It
 * reloads when the configuration file changes, and at SIGHUP, which reloads the keys too.
 */
export const command = defineCommand({
  summary: 'Run the gateway alone, against Adobe',
  options: { config: configOption },
  run: (values) => serve(requireConfigFile(values)),
});

const serve = async (file: string): Promise<void> => {
  const load = () => loadConfig({ file, env: process.env, cwd: process.cwd() });
  const path = resolve(file);
  const seen = await contentHash(path);
  const config = await load();
  const stopped = untilShutdown();
  const hangup = onHangup();
  const listeners = await openListeners(config);
  const log = createLog(config.log.level);
  const running = await runGateway(config, listeners, { log });
  print(`Kinpass serves ${config.publicOrigin} on ${config.public.host}:${listeners.public.port}`);

  const reload = createReloadConfig({ file, load, start: config, running, log, clock: systemClock });
  hangup.act(() => {
    void reload();
    running.gateway.keyRing
      .reload()
      .catch((error: unknown) => log.error(errorFields(error), 'keys not reloaded'));
  });
  const stopWatching = watchFile(path, seen, { clock: systemClock, onChange: reload });
  await stopped;
  stopWatching();
  await running.close();
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
