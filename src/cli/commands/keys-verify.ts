import { fail } from '#src/lib/errors';
import { lookAtKeys, proveKey } from '#src/service-token/desk';
import { bornIn } from '#src/service-token/load-keys';
import type { Values } from '../arguments.ts';
import { openKeyDesk } from '../keys/open.ts';
import { print } from '../terminal.ts';

/** Checks ledger and files as a start does, and has every key sign something. Errors: keys_invalid for all faults. */
export const verify = async (values: Values): Promise<void> => {
  const { desk } = await openKeyDesk(values);
  const { entries, rotation, status } = await lookAtKeys(desk);
  const faults = status.problems.map(({ file, message }) => `${file} ${message}`);
  for (const key of bornIn(entries).values()) {
    const state = rotation.keys.get(key.kid)?.state;
    if (state === 'retired' || state === 'destroyed') continue;
    const works = await proveKey(desk, key).then(
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
