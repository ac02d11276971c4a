import { entryText } from '#src/stores/audit-chain';
import { storedEntries } from '../../audit/entries.ts';
import { defineCommand } from '../../command.ts';
import { configOption, parseWholeNumber } from '../../options.ts';
import { print } from '../../terminal.ts';

export const command = defineCommand({
  summary: 'Print the audit log as JSON lines, oldest first',
  options: {
    config: configOption,
    after: { type: 'string', value: 'seq', help: 'only entries after this one' },
  },
  async run({ after, ...values }) {
    for await (const entry of storedEntries(values, parseWholeNumber(after, '--after', { fallback: 0 })))
      print(entryText(entry));
  },
});
