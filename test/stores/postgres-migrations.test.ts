import { describe, expect, onTestFinished, test } from 'vitest';
import { migratePostgres } from '#src/stores/postgres/migrate-database';
import { createPool } from '#src/stores/postgres/pool';
import { prepareSchema } from '#src/stores/postgres/prepare-schema';
import { type Migration, migrations } from '#src/stores/postgres/schema';
import type { PostgresSettings } from '#src/stores/postgres/settings';
import { auditRecord, signIn } from '../support/builders.ts';
import { connect, openStores, postgresUrl, temporarySchema } from '../support/postgres.ts';

const now = migrations.length;
const expanding: Migration = {
  serves: now,
  sql: 'ALTER TABLE sign_ins ADD COLUMN note text; CREATE TABLE notes (id text PRIMARY KEY)',
};
const contracting: Migration = { serves: now + 1, sql: 'DROP TABLE pings' };

interface Start {
  readonly migrates?: boolean;
  readonly patience?: number;
}

/** A node of a version that has these steps more starts, as far as the schema is concerned. */
const startNode = async (
  settings: PostgresSettings,
  more: readonly Migration[],
  { migrates = true, ...others }: Start = {},
): Promise<void> => {
  const pool = await createPool(settings);
  try {
    const { schema } = settings;
    const steps = [...migrations, ...more];
    await prepareSchema({ pool, schema, place: 'the database', steps, create: true, migrates, ...others });
  } finally {
    await pool.end();
  }
};

const openNode = async (settings: PostgresSettings) => {
  const stores = await openStores(settings);
  onTestFinished(() => stores.close());
  return stores;
};

const versions = async ({ schema }: PostgresSettings) => {
  const client = await connect(schema);
  return (await client.query('SELECT version, serves FROM schema_versions ORDER BY version')).rows;
};

const told = (hint: string | RegExp) => ({
  code: 'store_invalid',
  field: 'store.url',
  hint: typeof hint === 'string' ? expect.stringContaining(hint) : expect.stringMatching(hint),
});

/** A transaction that somebody leaves open. */
const hold = async (schema: string, sql: string) => {
  const client = await connect(schema);
  await client.query('BEGIN');
  await client.query(sql);
  return client;
};

/** Resolves when somebody waits for a lock on this table. */
const untilWaitedFor = async (schema: string, table: string): Promise<void> => {
  const client = await connect(schema);
  const waits = 'SELECT FROM pg_locks WHERE NOT granted AND relation = to_regclass($1)';
  while ((await client.query(waits, [`"${schema}".${table}`])).rowCount === 0);
};

describe.skipIf(!postgresUrl)('a schema that goes from one version to the next', () => {
  test('of two nodes that start at once, one makes the step; older code reads and writes during and after it', async () => {
    const settings = temporarySchema();
    const older = await openNode(settings);
    await older.signIns.record(signIn({ grant: 'before' }));
    let isDone = false;
    const serve = async (): Promise<void> => {
      for (let count = 0; !isDone; count += 1) {
        const grant = `g${count}`;
        await older.signIns.record(signIn({ grant }));
        expect(await older.signIns.find(grant)).toMatchObject({ grant });
      }
    };
    const serving = serve();
    await Promise.all([startNode(settings, [expanding]), startNode(settings, [expanding])]);
    isDone = true;
    await serving;
    const steps = [...migrations, expanding];
    expect(await versions(settings)).toEqual(
      steps.map(({ serves }, index) => ({ version: index + 1, serves })),
    );
    expect(await older.signIns.find('before')).toMatchObject({ grant: 'before' });
    // Going back one version.
    const again = await openNode(settings);
    await again.signIns.record(signIn({ grant: 'after' }));
    await again.ping();
    expect(await migratePostgres(settings)).toMatchObject({ before: now + 1, after: now + 1 });
  });

  test('a step waits briefly for the lock on a table, lets queued statements proceed, and tries again', async () => {
    const settings = temporarySchema({ statementTimeout: 3_000 });
    const older = await openNode(settings);
    const holder = await hold(settings.schema, 'SELECT count(*) FROM sign_ins');
    const starting = startNode(settings, [expanding]);
    await untilWaitedFor(settings.schema, 'sign_ins');
    await older.signIns.record(signIn({ grant: 'behind' }));
    await holder.query('COMMIT');
    await starting;
    expect(await older.signIns.find('behind')).toBeDefined();
  });

  test('a table that stays locked makes the start fail, and the schema is unchanged', async () => {
    const settings = temporarySchema();
    await openNode(settings);
    await hold(settings.schema, 'SELECT count(*) FROM sign_ins');
    await expect(startNode(settings, [expanding], { patience: 100 })).rejects.toMatchObject(
      told('in use by an open transaction'),
    );
    expect(await versions(settings)).toHaveLength(now);
  });

  test('a migration lock held by another process is waited for, and named', async () => {
    const settings = temporarySchema();
    await openNode(settings);
    const lock = `SELECT pg_advisory_xact_lock(hashtextextended('kinpass schema ${settings.schema}', 0))`;
    const holder = await hold(settings.schema, lock);
    await expect(startNode(settings, [expanding], { patience: 50 })).rejects.toMatchObject(
      told('is being migrated by another process'),
    );
    // What needs no step waits for nobody.
    await openNode(settings);
    await holder.query('COMMIT');
    await startNode(settings, [expanding], { patience: 5_000 });
  });

  test('after a contracting step older code is refused, with advice', async () => {
    const settings = temporarySchema();
    await openNode(settings);
    await startNode(settings, [expanding, contracting]);
    const refusal = told(
      new RegExp(`has schema ${now + 2}, which works .* know schema ${now + 1} or later.*Upgrade`),
    );
    await expect(openStores(settings)).rejects.toMatchObject(refusal);
    await expect(migratePostgres(settings)).rejects.toMatchObject(refusal);
    await startNode(settings, [expanding]); // the version between
  });

  test('a failed step is rolled back with the earlier ones', async () => {
    const settings = temporarySchema();
    const older = await openNode(settings);
    const broken: Migration = { serves: now, sql: 'CREATE TABLE half (); SELECT 1 / 0' };
    await expect(startNode(settings, [expanding, broken])).rejects.toMatchObject({ code: '22012' });
    expect(await versions(settings)).toHaveLength(now);
    await older.ping();
    await startNode(settings, [expanding]);
  });

  test('a start that may not migrate asks for the command', async () => {
    const settings = temporarySchema();
    await openNode(settings);
    await expect(startNode(settings, [expanding], { migrates: false })).rejects.toMatchObject(
      told(`has schema ${now}; this version needs ${now + 1}. Run kinpass store migrate.`),
    );
    await expect(openStores({ ...temporarySchema(), migrateAtStart: false })).rejects.toMatchObject(
      told('has schema 0'),
    );
  });

  test('an error names the privilege that a user lacks to create tables', async () => {
    const settings = temporarySchema();
    const role = settings.schema;
    const admin = await connect('public');
    await admin.query(`CREATE ROLE ${role} LOGIN`);
    onTestFinished(async () => void (await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)));
    const url = new URL(postgresUrl);
    url.username = role;
    await expect(openStores({ ...settings, url: url.href })).rejects.toMatchObject(
      told(`Grant it CREATE on the schema ${role}, or on the database`),
    );
  });

  test('a user with row privileges only can serve what the owner migrated', async () => {
    const settings = temporarySchema();
    const { schema } = settings;
    await migratePostgres(settings);
    const admin = await connect(schema);
    await admin.query(`
      CREATE ROLE ${schema} LOGIN;
      GRANT USAGE ON SCHEMA ${schema} TO ${schema};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${schema};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${schema};
      REVOKE UPDATE, DELETE ON audit, subject_journal FROM ${schema}`);
    onTestFinished(async () => void (await admin.query(`DROP OWNED BY ${schema}; DROP ROLE ${schema}`)));
    const url = new URL(postgresUrl);
    url.username = schema;
    const stores = await openNode({ ...settings, url: url.href, migrateAtStart: false });
    await stores.ping();
    await stores.signIns.record(signIn({ grant: 'g1' }));
    await stores.signIns.end('g1', 1_000);
    expect(await stores.changes.since(0, 10)).toHaveLength(1);
    expect(await stores.audit.append(auditRecord())).toMatchObject({ seq: 1 });
    await stores.sweep({ now: 1_000, instancesSeenBefore: 0, limit: 10 });
  });
});
