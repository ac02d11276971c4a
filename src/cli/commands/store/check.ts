import { statSync } from 'node:fs';
import type { Config } from '#src/config/schema';
import { systemClock } from '#src/lib/clock';
import { describeMark } from '#src/stores/moving';
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
    const config = await loadSettings(values);
    const begun = systemClock.monotonic();
    const { name, size, schema, newestSchema, mark } = await readDatabase(config);
    const seconds = ((systemClock.monotonic() - begun) / 1_000).toFixed(1);
    print(`${name} is whole: ${Math.ceil(size / 1_000_000)} MB, schema ${schema}, read in ${seconds} s.`);
    if (mark) print(describeMark(mark, name));
    if (schema < newestSchema) print(`The next start migrates it to schema ${newestSchema}.`);
  },
});

const readDatabase = async (config: Pick<Config, 'store'>) => {
  if (config.store.kind === 'postgres') {
    const { inspectPostgres } = await import('#src/stores/postgres/inspect');
    const { place, checksums, ...found } = await inspectPostgres(config.store, { readTables: true });
    if (!checksums) print('The server keeps no checksums: what is damaged but can be read is not noticed.');
    return { name: `The ${place}`, ...found };
  }
  const file = requireDatabase(config);
  return { name: file, size: statSync(file).size, ...inspectDatabase(file, { readPages: true }) };
};
