import { z } from 'zod';
import { describePlace } from '#src/lib/postgres-url';
import type { Mark } from '../moving.ts';
import { createDatabase, type Database } from './database.ts';
import { whileOpening } from './errors.ts';
import { readSchemaVersion } from './migrate.ts';
import { readMark } from './moving.ts';
import { createPool, placeOf } from './pool.ts';
import { migrations } from './schema.ts';
import type { PostgresSettings } from './settings.ts';
import { all, one } from './statement.ts';

export interface Inspection {
  /** For messages: without user and password. */
  readonly place: string;
  readonly server: string;
  /** 0 where nothing is stored yet. */
  readonly schema: number;
  /** The schema of this version; an older one is migrated. */
  readonly newestSchema: number;
  /** Bytes of the tables and their indexes. */
  readonly size: number;
  /** A standby, or a server that was told to write nothing. */
  readonly readOnly: boolean;
  /** Whether the server notices damaged pages when it reads them. */
  readonly checksums: boolean;
  /** Those of everybody, and how many the server accepts. */
  readonly connections: number;
  readonly maxConnections: number;
  /** The server's clock, epoch milliseconds. */
  readonly time: number;
  /** Undefined unless it is being moved, or was moved. */
  readonly mark: Mark | undefined;
}

/** Milliseconds that reading one table may take. */
const maxReading = 10 * 60_000;

/**
 * Looks at a database without changing it, beside the gateways that use it. `readTables`: reads all that is stored. Errors:
 * store_invalid, naming the database; config_invalid.
 */
export const inspectPostgres = async (
  settings: PostgresSettings,
  { readTables }: { readonly readTables: boolean },
): Promise<Inspection> => {
  const place = describePlace(placeOf(settings));
  const pool = await createPool({ ...settings, maxConnections: 1 });
  try {
    const { schema } = settings;
    const { version } = await readSchemaVersion({ pool, schema, place });
    const database = createDatabase({ ...settings, pool, statementTimeout: maxReading });
    const facts = await database.run(read({ schema }));
    if (readTables) await readEverything(database, schema);
    const mark = await readMark(database);
    return { place, schema: version, newestSchema: migrations.length, mark, ...factsRow.parse(facts) };
  } catch (error) {
    throw whileOpening(error, place);
  } finally {
    await pool.end();
  }
};

const factsRow = z.object({
  server: z.string(),
  size: z.int(),
  readOnly: z.boolean(),
  checksums: z.boolean(),
  connections: z.int(),
  maxConnections: z.int(),
  time: z.int(),
});

const read = one(
  `SELECT current_setting('server_version') AS server,
      (SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
        WHERE relkind = 'r' AND relnamespace = to_regnamespace(:schema)) AS size,
      current_setting('transaction_read_only')::boolean AS read_only,
      current_setting('data_checksums')::boolean AS checksums,
      (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
      current_setting('max_connections')::integer AS max_connections,
      (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS time`,
  factsRow,
);

const tables = all(
  'SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = :schema',
  z.object({ name: z.string() }),
);

const readEverything = async (database: Database, schema: string): Promise<void> => {
  for (const { name } of await database.run(tables({ schema })))
    await database.run(all(`SELECT count(stored::text) FROM ${name} AS stored`, z.object({}))({}));
};
