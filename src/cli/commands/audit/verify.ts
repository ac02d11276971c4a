import { fail } from '#src/lib/errors';
import type { Head } from '#src/stores/audit-chain';
import { verifyChain } from '#src/stores/verify-chain';
import { exportedEntries, storedEntries } from '../../audit/entries.ts';
import { defineCommand } from '../../command.ts';
import { configOption } from '../../options.ts';
import { print } from '../../terminal.ts';

/** Errors: audit_broken, which names the first entry at fault. */
export const command = defineCommand({
  summary: 'Check the hash chain of the audit log, or of an exported file',
  operand: '[file]',
  options: {
    config: configOption,
    expect: { type: 'string', value: 'seq:hash', help: 'an entry noted earlier, which must be there' },
  },
  async run({ expect, ...values }, file) {
    const noted = expect === undefined ? undefined : parseHead(expect);
    const log = file === undefined ? storedEntries(values) : exportedEntries(file);
    const { entries, first, last } = await verifyChain(log, { complete: file === undefined, noted });
    if (!first || !last) {
      print('The audit log is empty.');
      return;
    }
    print(`The chain is intact: ${entries} entries, ${first.seq} to ${last.seq}.`);
    if (first.seq > 1) print(`Entries before ${first.seq} are not in this file.`);
    print('Entries cut off at the end cannot be noticed. Note the last entry elsewhere for the next check:');
    print(`  --expect ${last.seq}:${last.hash}`);
  },
});

/** Errors: arguments_invalid. */
const parseHead = (text: string): Head => {
  const { seq, hash } = /^(?<seq>\d{1,15}):(?<hash>[\w-]{43})$/.exec(text)?.groups ?? {};
  if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash };
  const hint = `"${text}" is not the number of an entry, a colon and its hash`;
  throw fail('arguments_invalid', { field: '--expect', hint });
};
