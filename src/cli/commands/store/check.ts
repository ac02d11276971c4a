import { statSync } from 'node:fs';
import { systemClock } from '#src/lib/clock';
import { inspectDatabase } from '#src/stores/sqlite/inspect';
import { defineCommand } from '../../command.ts';
import { requireDatabase } from '../../open-stores.ts';
import { configOption } from '../../options.ts';
import { loadSettings } from '../../settings.ts';
import { print } from '../../terminal.ts';

/** The check after an unclean stop, at any time. Errors: config_invalid, store_invalid. */
export const command = defineCommand({
  summary: 'Read the whole database, also of a running gateway, and look for damage',
  options: { config: configOption },
  async run(values) {
    const file = requireDatabase(await loadSettings(values));
    const begun = systemClock.monotonic();
    const { schema, newestSchema } = inspectDatabase(file, { readPages: true });
    const seconds = ((systemClock.monotonic() - begun) / 1_000).toFixed(1);
    const megabytes = Math.ceil(statSync(file).size / 1_000_000);
    print(`${file} is whole: ${megabytes} MB, schema ${schema}, read in ${seconds} s.`);
    if (schema < newestSchema) print(`The next start migrates it to schema ${newestSchema}.`);
  },
});
