import { writeFile } from 'node:fs/promises';
import { schemaUrl } from '#src/config/published/published-schema';
import { sampleYaml } from '#src/config/published/sample';
import { fail } from '#src/lib/errors';
import { systemErrorCode } from '#src/lib/system-error';
import { defineCommand } from '../../command.ts';
import { print } from '../../terminal.ts';
import { version } from '../../version.ts';

/** Writes a file that only its owner can read, for it will hold secrets. Never overwrites. Errors: arguments_invalid. */
export const command = defineCommand({
  summary: 'Write a configuration with every setting explained (default: kinpass.yaml)',
  operand: '[file]',
  options: {},
  async run(_values, operand = 'kinpass.yaml') {
    try {
      await writeFile(operand, sampleYaml(schemaUrl(version())), { flag: 'wx', mode: 0o600 });
    } catch (cause) {
      const exists = systemErrorCode(cause) === 'EEXIST';
      throw fail('arguments_invalid', {
        hint: exists ? `${operand} exists; it was not changed` : `${operand} cannot be written`,
        cause,
      });
    }
    print(`${operand} was written. This lists what to fill in:`);
    print(`  kinpass config validate --config ${operand}`);
  },
});
