import type { Config } from '#src/config/schema';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { copyKeys, removeMovedKeys } from '#src/config/secrets/move-keys';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { sealedKeysIn } from '#src/stores/open';
import { createTerminalTrail, terminalOperator } from '../../audit-trail.ts';
import { defineCommand } from '../../command.ts';
import { nextCommand } from '../../keys/next-command.ts';
import { openExistingStores } from '../../open-stores.ts';
import { checkReason, configOption, reasonOption } from '../../options.ts';
import { loadSettings } from '../../settings.ts';
import { print } from '../../terminal.ts';

type Place = 'folder' | 'store';

/** Both places are those of the settings, whichever is in use. Errors: arguments_invalid, keys_invalid, store_invalid. */
export const command = defineCommand({
  summary: 'Copy all keys to the store, or to a folder',
  options: {
    config: configOption,
    to: { type: 'string', value: 'place', help: 'store or folder (keys.directory)' },
    finish: { type: 'boolean', help: 'afterwards: remove them from where they were' },
    reason: reasonOption,
  },
  async run(values) {
    const reason = checkReason(values.reason);
    const to = parsePlace(values.to);
    const config = await loadSettings(values);
    const finish = values.finish === true;
    if (finish) requireInUse(config, to);
    await using opened = await openBoth(config, to, finish);
    const { from, target } = opened;
    await createTerminalTrail(opened.stores.audit).recordAction(
      terminalOperator(),
      { action: 'key.move', target: { kind: 'key', id: 'all' }, reason, details: { to, finish } },
      async () => {
        if (finish) {
          print(`Files removed from ${from.name}: ${await removeMovedKeys(from, target)}.`);
          return;
        }
        const { files, lines } = await copyKeys(from, target);
        print(
          `Copied from ${from.name} to ${target.name}: ${files.length} files, ${lines} lines of the ledger.`,
        );
        print(`Next: set keys.in to ${to} and restart every gateway, change no keys meanwhile;`);
        print(`then remove them from ${from.name}: ${nextCommand(values, `move --to ${to} --finish`)}`);
      },
    );
  },
});

const parsePlace = (text: string | undefined): Place => {
  if (text === 'store' || text === 'folder') return text;
  throw fail('arguments_invalid', { field: '--to', hint: 'must be store or folder' });
};

const requireInUse = ({ keys }: Config, to: Place): void => {
  if (keys.in === to) return;
  const hint = `keys.in is ${keys.in}: set it to ${to} and restart every gateway before the keys are removed`;
  throw fail('arguments_invalid', { field: '--finish', hint });
};

/** The store is opened with the keys of the place that has them for certain. */
const openBoth = async (config: Config, to: Place, finish: boolean) => {
  const source = to === 'store' ? 'folder' : 'store';
  const stores = await openExistingStores({ ...config, keys: { ...config.keys, in: finish ? to : source } });
  const places = {
    folder: createKeyFolder(config.keys.directory, systemClock),
    store: sealedKeysIn(stores, { config, clock: systemClock }),
  };
  return { stores, from: places[source], target: places[to], [Symbol.asyncDispose]: () => stores.close() };
};
