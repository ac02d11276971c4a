/** Databases for tests: each test has a schema of its own, which goes with it. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject, onTestFinished } from 'vitest';
import type { Stores } from '#src/stores/ports';
import { openPostgresStores } from '#src/stores/postgres/open';
import type { PostgresSettings } from '#src/stores/postgres/settings';

export const postgresUrl = inject('postgresUrl') ?? '';

const sealingKey = new Uint8Array(32).fill(7);

/** A connection past the stores, closed with the test. */
export const connect = async (schema: string, url = postgresUrl): Promise<Client> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`SET search_path = "${schema}"`);
  client.on('error', () => undefined); // a server that a test ends
  onTestFinished(() => client.end().catch(() => undefined));
  return client;
};

/** Settings that name a schema which is not there yet; `clean` is called with what removes it. */
export const temporarySchema = (
  changes: Partial<PostgresSettings> = {},
  clean: (remove: () => Promise<void>) => unknown = onTestFinished,
): PostgresSettings => {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  clean(() => execute(`SET client_min_messages = warning; DROP SCHEMA IF EXISTS "${schema}" CASCADE`));
  return {
    url: postgresUrl,
    schema,
    tls: { mode: 'disable' },
    maxConnections: 5,
    connectTimeout: 5_000,
    statementTimeout: 10_000,
    idleTimeout: 10_000,
    preparedStatements: false,
    migrateAtStart: true,
    ...changes,
  };
};

/** A user of a test's own, who may create a schema and nothing else; what is his goes with the test. */
export const ownRole = async () => {
  const settings = temporarySchema();
  const role = settings.schema;
  const admin = await connect('public');
  const database = new URL(postgresUrl).pathname.slice(1);
  await admin.query(`CREATE ROLE ${role} LOGIN; GRANT CREATE ON DATABASE "${database}" TO ${role}`);
  onTestFinished(async () => {
    await admin.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
  });
  const url = new URL(postgresUrl);
  url.username = role;
  return { role, admin, settings: { ...settings, url: url.href } };
};

/** Leaves a schema as it was made: quicker than making another one. What refers to accounts goes before them. */
export const emptySchema = ({ schema }: PostgresSettings): Promise<void> =>
  execute(`DO $$ DECLARE own text; BEGIN
    FOR own IN SELECT tablename FROM pg_tables
      WHERE schemaname = '${schema}' AND tablename <> 'schema_versions' ORDER BY tablename = 'accounts'
    LOOP
      EXECUTE format('GRANT DELETE ON %I.%I TO CURRENT_USER; DELETE FROM %1$I.%2$I', '${schema}', own);
    END LOOP;
    PERFORM setval(to_regclass('"${schema}".change_positions'), 1, false);
  END $$`);

const execute = async (sql: string): Promise<void> => {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};

export const openStores = (settings: PostgresSettings, key: Uint8Array = sealingKey): Promise<Stores> =>
  openPostgresStores({ settings, sealingKey: key, create: true });
