import { generateKey } from '#src/signing-keys/admin/add-key';
import { defineCommand } from '../../command.ts';
import { newKey, openKeysToChange } from '../../keys/change.ts';
import { nextCommand } from '../../keys/next-command.ts';
import { changeOptions, parseBits } from '../../keys/options.ts';
import { print } from '../../terminal.ts';

export const command = defineCommand({
  summary: 'Generate a key as a draft',
  options: {
    ...changeOptions,
    bits: { type: 'string', value: 'n', help: '2048, 3072 or 4096 (default: 2048)' },
  },
  async run(values) {
    const bits = parseBits(values.bits);
    await using keys = await openKeysToChange(values);
    const { manager } = keys;
    const { kid, fingerprint } = await keys.record(
      'key.generate',
      newKey,
      () => generateKey(manager, bits),
      ({ kid: id }) => ({ target: { kind: 'key', id } }),
    );
    print(`${kid} generated as a draft. SHA-256 ${fingerprint}`);
    print(`Back up ${manager.storage.name} now.`);
    print(`Next: run ${nextCommand(values, 'export', kid)} and send its output to Adobe.`);
  },
});
