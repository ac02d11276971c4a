import { fail } from '#src/lib/errors';
import { inspectKeys, type KeyManager, testedSigner } from '#src/signing-keys/admin/key-manager';
import { type KeyRecord, keyRecordsIn } from '#src/signing-keys/load-keys';
import { defineCommand } from '../../command.ts';
import { openKeys } from '../../keys/open.ts';
import { keysOptions } from '../../keys/options.ts';
import { print } from '../../terminal.ts';

/** Checks ledger and files as at start-up. Errors: keys_invalid, with all faults. */
export const command = defineCommand({
  summary: 'Check ledger and key files, and that every key can sign',
  options: keysOptions,
  async run(values) {
    await using keys = await openKeys(values);
    const { manager } = keys;
    const { entries, rotation, status } = await inspectKeys(manager);
    const faults = status.problems.map(({ file, message }) => `${file} ${message}`);
    for (const key of keyRecordsIn(entries).values()) {
      const state = rotation.keys.get(key.kid)?.state;
      if (state === 'retired' || state === 'destroyed') continue;
      const signs = await canSign(manager, key);
      print(`${key.kid}  ${state}  ${signs ? 'signs' : 'does not sign'}`);
      if (!signs) faults.push(`${key.kid} (${state}) cannot sign on this machine`);
    }
    for (const { file, message } of status.warnings) print(`warning  ${file} ${message}`);
    if (faults.length > 0) throw fail('keys_invalid', { hint: faults.join('\n') });
    print(`Ledger: ${entries.length} lines. No problems found.`);
  },
});

const canSign = (manager: KeyManager, key: KeyRecord): Promise<boolean> =>
  testedSigner(manager, key).then(
    () => true,
    () => false,
  );
