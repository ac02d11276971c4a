import { fail } from '#src/lib/errors';
import { defineCommand } from '../../command.ts';
import { configOption } from '../../options.ts';
import { loadSettings } from '../../settings.ts';
import { print } from '../../terminal.ts';

/** Errors: config_invalid, store_invalid. */
export const command = defineCommand({
  summary: 'Bring the tables of a PostgreSQL database to this version, beside gateways that run',
  options: { config: configOption },
  async run(values) {
    const { store } = await loadSettings(values);
    if (store.kind !== 'postgres') {
      const hint = 'is for a store of kind postgres; a SQLite database is migrated at the start';
      throw fail('config_invalid', { field: 'store.kind', hint });
    }
    const { migratePostgres } = await import('#src/stores/postgres/migrate-database');
    const { place, before, after } = await migratePostgres(store);
    print(
      before === after
        ? `The ${place} has schema ${after} already.`
        : `The ${place} was brought from schema ${before} to ${after}.`,
    );
  },
});
