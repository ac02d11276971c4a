import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { readKeyFile } from '#src/config/key-files';
import { loadConfig } from '#src/config/load';
import type { Config } from '#src/config/schema';
import { decodeSecret } from '#src/config/secrets';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Stores } from '#src/stores/ports';
import { openSqliteStores } from '#src/stores/sqlite/open';
import type { Values } from './arguments.ts';

/** Who sits at the terminal, as an audit names them; before sudo, if it was used. */
export const operatorName = (): string => `${process.env['SUDO_USER'] ?? accountName()}@${hostname()}`;

/** A container may run under a number that no account has; then the number is the name. */
const accountName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
};

/** The settings that a command was given. Errors: config_invalid. */
export const settingsOf = (values: Values): Promise<Config> => {
  const file = values['config'] ?? process.env['KINPASS_CONFIG'];
  if (typeof file === 'string') return loadConfig({ file, env: process.env, cwd: process.cwd() });
  throw fail('config_invalid', { hint: 'Name the settings: --config kinpass.yaml, or KINPASS_CONFIG.' });
};

/** The database that gateways use, beside them. A question makes none. Errors: config_invalid, store_invalid, keys_invalid. */
export const openUsedStores = async ({ store, keys }: Config): Promise<Stores> => {
  if (store.kind === 'memory') {
    throw fail('config_invalid', {
      field: 'store.kind',
      hint: 'memory: what it holds ends with the gateway.',
    });
  }
  if (!existsSync(store.file)) {
    const hint = `${store.file} is not there: the first start makes it. Run this in the gateway's own folder.`;
    throw fail('store_invalid', { field: 'store.file', hint });
  }
  const path = join(keys.directory, 'sealing.secret');
  const text = await readKeyFile(path);
  if (text === undefined)
    throw fail('keys_invalid', { field: path, hint: `${path} is missing: restore it from a backup` });
  return openSqliteStores({ file: store.file, sealingKey: decodeSecret(path, text), clock: systemClock });
};
