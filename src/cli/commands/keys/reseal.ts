import { systemClock } from '#src/lib/clock';
import { sealedKeysIn } from '#src/stores/open';
import { createTerminalTrail, terminalOperator } from '../../audit-trail.ts';
import { defineCommand } from '../../command.ts';
import { openExistingStores } from '../../open-stores.ts';
import { checkReason, configOption, reasonOption } from '../../options.ts';
import { loadSettings } from '../../settings.ts';
import { print } from '../../terminal.ts';

/** Errors: config_invalid, keys_invalid, store_invalid. */
export const command = defineCommand({
  summary: 'Seal the keys in the store again, with the first key of keys.masterKey',
  options: { config: configOption, reason: reasonOption },
  async run(values) {
    const reason = checkReason(values.reason);
    const config = await loadSettings(values);
    await using stores = await openExistingStores(config);
    const sealedKeys = sealedKeysIn(stores, { config, clock: systemClock });
    const count = await createTerminalTrail(stores.audit).recordAction(
      terminalOperator(),
      { action: 'key.reseal', target: { kind: 'key', id: 'all' }, reason },
      () => sealedKeys.reseal(),
      (files) => ({ details: { files } }),
    );
    print(`Sealed again: ${count} files. The other keys in keys.masterKey are not needed any more.`);
  },
});
