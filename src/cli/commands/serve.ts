import { loadConfig } from '#src/config/load';
import { fail } from '#src/lib/errors';
import type { Values } from '../arguments.ts';
import { openListeners, runGateway } from '../gateway-servers.ts';
import { untilStopped } from '../lifetime.ts';
import { print } from '../terminal.ts';

/** The gateway alone. Its log goes to stdout, a JSON object a line, so it says nothing else there once it runs. */
export const run = async (values: Values): Promise<void> => {
  const file = values['config'] ?? process.env['KINPASS_CONFIG'];
  if (typeof file !== 'string') {
    throw fail('config_invalid', { hint: 'Name the settings: kinpass serve --config kinpass.yaml' });
  }
  const config = await loadConfig({ file, env: process.env, cwd: process.cwd() });
  const stopped = untilStopped();
  const listeners = await openListeners(config);
  const running = await runGateway(config, listeners);
  print(`Kinpass serves ${config.publicOrigin} on ${config.public.host}:${listeners.public.port}`);
  await stopped;
  await running.close();
};
