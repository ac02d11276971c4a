import { fail } from '#src/lib/errors';
import { inspectKeys, testedSigner } from '#src/signing-keys/admin/key-manager';
import { keyRecordsIn } from '#src/signing-keys/load-keys';
import type { Values } from '../arguments.ts';
import { openKeyManagerFor } from '../keys/open.ts';
import { print } from '../terminal.ts';

/** Checks ledger and files as a start does, and has every key sign something. Errors: keys_invalid for all faults. */
export const verify = async (values: Values): Promise<void> => {
  const { manager } = await openKeyManagerFor(values);
  const { entries, rotation, status } = await inspectKeys(manager);
  const faults = status.problems.map(({ file, message }) => `${file} ${message}`);
  for (const key of keyRecordsIn(entries).values()) {
    const state = rotation.keys.get(key.kid)?.state;
    if (state === 'retired' || state === 'destroyed') continue;
    const works = await testedSigner(manager, key).then(
      () => true,
      () => false,
    );
    print(`${key.kid}  ${state}  ${works ? 'signs' : 'does not sign'}`);
    if (!works) faults.push(`${key.kid} (${state}) does not sign here`);
  }
  for (const { file, message } of status.warnings) print(`warning  ${file} ${message}`);
  if (faults.length > 0) throw fail('keys_invalid', { hint: faults.join('\n') });
  print(`Ledger: ${entries.length} lines. Everything is in order.`);
};
