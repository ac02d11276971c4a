import { generateKey } from '#src/signing-keys/admin/add-key';
import { asOperand } from '#src/signing-keys/key/public-key';
import { defineCommand } from '../../command.ts';
import { openKeys } from '../../keys/open.ts';
import { keysOptions, parseBits } from '../../keys/options.ts';
import { print } from '../../terminal.ts';

export const command = defineCommand({
  summary: 'Generate a key as a draft',
  options: {
    ...keysOptions,
    bits: { type: 'string', value: 'n', help: '2048, 3072 or 4096 (default: 2048)' },
  },
  async run(values) {
    const { manager } = await openKeys(values);
    const { kid, fingerprint } = await generateKey(manager, parseBits(values.bits));
    print(`${kid} generated as a draft. SHA-256 ${fingerprint}`);
    print(`Back up ${manager.directory} now.`);
    print(`Next: run kinpass keys export ${asOperand(kid)} and send its output to Adobe.`);
  },
});
