import { z } from 'zod';
import { fail } from '#src/lib/errors';
import { describePlace } from '#src/lib/postgres-url';
import type { Mark } from '../moving.ts';
import { createAuditStore } from '../postgres/audit.ts';
import { createDatabase, type Database } from '../postgres/database.ts';
import { whileOpening } from '../postgres/errors.ts';
import { createKeyFileStore } from '../postgres/key-files.ts';
import { migrate, readSchemaVersion } from '../postgres/migrate.ts';
import { allowChanges, asCopy, readMark, refuseChanges, removeMark, writeMark } from '../postgres/moving.ts';
import { createPool, placeOf } from '../postgres/pool.ts';
import { migrations } from '../postgres/schema.ts';
import type { PostgresSettings } from '../postgres/settings.ts';
import { command, one } from '../postgres/statement.ts';
import { postgresRows, type WriteAsCopy } from './postgres-rows.ts';
import { requireSchema } from './require-schema.ts';
import type { Side } from './side.ts';
import { tables } from './tables.ts';

/** Milliseconds that a statement may take: counting and analyzing a table takes longer than the statements of gateways. */
const statementTimeout = 10 * 60_000;

interface Options {
  readonly settings: PostgresSettings;
  /** Whether to create missing tables. */
  readonly create: boolean;
}

/** Undefined if there are no tables and none are created. Errors: store_invalid, config_invalid. */
export const openPostgresSide = async ({ settings, create }: Options): Promise<Side | undefined> => {
  const place = describePlace(placeOf(settings));
  const pool = await createPool({ ...settings, maxConnections: 2 });
  const close = () => pool.end();
  try {
    const target = { pool, schema: settings.schema, place };
    const { version } = await readSchemaVersion(target);
    if (version === 0 && !create) {
      await close();
      return undefined;
    }
    if (version === 0) await migrate(target);
    else requireSchema(place, 'store.url', version, migrations.length);
    return {
      ...sideOf(createDatabase({ ...settings, pool, statementTimeout }), place),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw whileOpening(error, place);
  }
};

const field = 'store.url';

const sideOf = (database: Database, place: string): Omit<Side, typeof Symbol.asyncDispose> => {
  const { receive, write } = createOwnCopy(database, place);
  return {
    place,
    field,
    keyFiles: createKeyFileStore({ database }),
    audit: createAuditStore({ database }),
    ...postgresRows(database, write),
    seal: async () => (await database.run(readSeal({})))?.sealed,
    mark: () => readMark(database),
    receive,
    leave: async (mark) => {
      await database.transact(...writeMark(mark), refuseChanges({}));
    },
    serve: async () => {
      const mark = await readMark(database);
      const release = [
        allowChanges({}),
        ...tables.filter(({ ordered }) => ordered).map(({ name }) => continuePositions(name)),
        ...tables.map(({ name }) => command(`ANALYZE ${name}`)({})),
        removeMark({}),
      ];
      await (mark?.state === 'left' ? database.transact(...release) : write(...release));
    },
  };
};

/** The writes of one run of the copy: refused as soon as another run has begun, or has cut over. */
const createOwnCopy = (database: Database, place: string) => {
  let since = 0;
  const write: WriteAsCopy = async (...statements) => {
    try {
      await database.transact(asCopy({ since }), ...statements);
    } catch (error) {
      if ((await readMark(database))?.since === since) throw error;
      const hint = `Another run of kinpass store copy has taken over ${place}.`;
      throw fail('store_invalid', { field, hint, cause: error });
    }
  };
  return {
    write,
    receive: async (sealed: string, mark: Mark): Promise<void> => {
      ({ since } = mark);
      await database.transact(...writeMark(mark), asCopy(mark), refuseChanges({}), writeSeal({ sealed }));
    },
  };
};

const readSeal = one('SELECT sealed FROM seal_checks', z.object({ sealed: z.string() }));

const writeSeal = command(
  'INSERT INTO seal_checks (sealed) VALUES (:sealed) ON CONFLICT (one) DO UPDATE SET sealed = excluded.sealed',
);

/** Sets the sequences: new rows come after the copied ones. */
const continuePositions = (name: string) =>
  command(
    `SELECT setval(pg_get_serial_sequence('${name}', 'position'), (SELECT coalesce(max(position), 0) FROM ${name}) + 1, false)`,
  )({});
