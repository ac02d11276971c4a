import { describePlace } from '#src/lib/postgres-url';
import { whileOpening } from './errors.ts';
import { migrate, readSchemaVersion } from './migrate.ts';
import { createPool, placeOf } from './pool.ts';
import type { PostgresSettings } from './settings.ts';

/** Schemas before and after; the same where there was nothing to do. */
export interface Migrated {
  /** For messages: without user and password. */
  readonly place: string;
  readonly before: number;
  readonly after: number;
}

/** Brings the schema to this version; creates it where there is none. Errors: store_invalid, config_invalid. */
export const migratePostgres = async (settings: PostgresSettings): Promise<Migrated> => {
  const place = describePlace(placeOf(settings));
  const pool = await createPool(settings);
  try {
    const target = { pool, schema: settings.schema, place };
    const { version: before } = await readSchemaVersion(target);
    await migrate(target);
    const { version: after } = await readSchemaVersion(target);
    return { place, before, after };
  } catch (error) {
    throw whileOpening(error, place);
  } finally {
    await pool.end();
  }
};
