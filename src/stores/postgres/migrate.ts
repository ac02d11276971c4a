import type { PoolClient } from 'pg';
import { z } from 'zod';
import { fail } from '#src/lib/errors';
import { within } from '#src/lib/within';
import type { Connections } from './connections.ts';
import { isLocked, mayNotDo } from './errors.ts';
import { type Migration, migrations } from './schema.ts';

/** Milliseconds that the steps may take. */
const maxDuration = 10 * 60_000;
/** Milliseconds that a start waits for another node's migration, and for transactions that use a table. */
const usualPatience = 60_000;
/**
 * `lock_timeout` of a step, milliseconds: statements that need the table next queue behind the step, and must not time out.
 */
const maxTableWait = 1_000;

export interface SchemaVersion {
  /** 0 where nothing is stored yet. */
  readonly version: number;
  /** The oldest version that works with it. */
  readonly serves: number;
}

export interface Target {
  readonly pool: Connections;
  readonly schema: string;
  /** For messages. */
  readonly place: string;
  readonly steps?: readonly Migration[];
  /** Milliseconds to wait for others. */
  readonly patience?: number;
}

/** The schema in the database. Errors: store_invalid if this version cannot work with it. */
export const readSchemaVersion = async (target: Target): Promise<SchemaVersion> =>
  inTransaction(target, async (client) => usable(await versionIn(client, target.schema), target));

/** Brings the schema to this version, in one transaction and once among all nodes. Errors: store_invalid. */
export const migrate = async (target: Target): Promise<void> => {
  const { schema, place, patience = usualPatience } = target;
  for (let left = Math.ceil(patience / maxTableWait); ; left -= 1) {
    try {
      return await inTransaction(target, (client) => migrateOnce(client, target));
    } catch (error) {
      if (mayNotDo(error))
        throw refused(
          `the user may not create or change the tables of ${place}. Grant it CREATE on the schema ${schema}, or on the database if the schema is not there yet; or run kinpass store migrate as their owner.`,
        );
      if (!isLocked(error)) throw error;
      if (left <= 1)
        throw refused(
          `the tables of ${place} are in use by an open transaction (pg_stat_activity shows whose). End it, and start again.`,
        );
    }
  }
};

const migrateOnce = async (client: PoolClient, target: Target): Promise<void> => {
  const { schema, steps = migrations } = target;
  await waitForOthers(client, target);
  const { version } = usable(await versionIn(client, schema), target);
  if (version >= steps.length) return;
  if (version === 0) await createVersions(client, schema);
  for (const [index, { sql, serves }] of steps.slice(version).entries()) {
    await client.query(sql);
    await client.query('INSERT INTO schema_versions (version, serves) VALUES ($1, $2)', [
      version + index + 1,
      serves,
    ]);
  }
};

/** One node migrates at a time; nothing else needs this lock. */
const waitForOthers = async (
  client: PoolClient,
  { schema, place, patience = usualPatience }: Target,
): Promise<void> => {
  const limit = (ms: number) => client.query(`SELECT set_config('lock_timeout', $1, true)`, [String(ms)]);
  await limit(patience);
  try {
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`kinpass schema ${schema}`]);
  } catch (error) {
    if (!isLocked(error)) throw error;
    throw refused(
      `${place} is being migrated by another process, which holds the advisory lock (pg_locks, locktype advisory). Start again when it is done.`,
    );
  }
  await limit(maxTableWait);
};

const usable = (found: SchemaVersion, { place, steps = migrations }: Target): SchemaVersion => {
  if (found.version <= steps.length || found.serves <= steps.length) return found;
  throw refused(
    `${place} has schema ${found.version}, which works with versions of Kinpass that know schema ${found.serves} or later; this one knows up to ${steps.length}. Upgrade Kinpass.`,
  );
};

export const refused = (hint: string) => fail('store_invalid', { field: 'store.url', hint });

const versionRow = z.object({ version: z.int(), serves: z.int() });

const versionIn = async (client: PoolClient, schema: string): Promise<SchemaVersion> => {
  const { rows } = await client.query('SELECT to_regclass($1) AS found', [`"${schema}".schema_versions`]);
  if (rows[0]?.found === null) return { version: 0, serves: 0 };
  const newest = await client.query(
    'SELECT version, serves FROM schema_versions ORDER BY version DESC LIMIT 1',
  );
  return versionRow.parse(newest.rows[0]);
};

const createVersions = async (client: PoolClient, schema: string): Promise<void> => {
  const { rows } = await client.query('SELECT to_regnamespace($1) AS found', [`"${schema}"`]);
  if (rows[0]?.found === null) await client.query(`CREATE SCHEMA "${schema}"`);
  await client.query(
    `CREATE TABLE schema_versions (
      version integer PRIMARY KEY,
      serves integer NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`,
  );
};

const inTransaction = async <T>(
  { pool, schema }: Target,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> => {
  const client = await pool.connect();
  const run = async (): Promise<T> => {
    await client.query('BEGIN');
    await client.query(
      `SELECT set_config('search_path', $1, true), set_config('statement_timeout', $2, true)`,
      [`"${schema}"`, String(maxDuration)],
    );
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  };
  let broken: Error | undefined;
  try {
    return await within(maxDuration, run(), late);
  } catch (error) {
    // Closing the connection rolls back what it did.
    broken = error instanceof Error ? error : new Error('unknown');
    throw error;
  } finally {
    pool.release(client, broken);
  }
};

const late = () => fail('gateway_unavailable', { retryAfter: 1, detail: 'migrating took too long' });
