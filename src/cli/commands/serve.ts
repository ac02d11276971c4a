import { resolve } from 'node:path';
import { loadConfig } from '#src/config/load';
import { contentHash, watchFile } from '#src/config/watch-file';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { createLog, errorFields } from '#src/observability/logger';
import type { Values } from '../arguments.ts';
import { openListeners, runGateway } from '../gateway-servers.ts';
import { createReloadConfig } from '../reload-config.ts';
import { untilShutdown } from '../shutdown-signal.ts';
import { print } from '../terminal.ts';

/**
 * The gateway alone. Its log goes to stdout, a JSON object a line, so it says nothing else there once it runs. A change
 * of the settings' file, or SIGHUP, has it read settings and keys again.
 */
export const run = async (values: Values): Promise<void> => {
  const file = values['config'] ?? process.env['KINPASS_CONFIG'];
  if (typeof file !== 'string') {
    throw fail('config_invalid', { hint: 'Name the settings: kinpass serve --config kinpass.yaml' });
  }
  const load = () => loadConfig({ file, env: process.env, cwd: process.cwd() });
  const path = resolve(file);
  const seen = await contentHash(path);
  const config = await load();
  const stopped = untilShutdown();
  const hangUp = onHangUp();
  const listeners = await openListeners(config);
  const log = createLog(config.log.level);
  const running = await runGateway(config, listeners, { log });
  print(`Kinpass serves ${config.publicOrigin} on ${config.public.host}:${listeners.public.port}`);

  const reload = createReloadConfig({ file, load, start: config, running, log, clock: systemClock });
  hangUp.act(() => {
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

/** Without a listener SIGHUP ends the process; one that comes while the gateway starts is acted upon afterwards. */
const onHangUp = (): { act(action: () => void): void } => {
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
