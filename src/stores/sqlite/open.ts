/**
 * The stores in one SQLite file, shared by any number of processes on one machine. Owns the file, its schema and
 * its locks; what was answered is on disk. Refuses to start on a file that it does not wholly understand.
 */
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Stores } from '../ports.ts';
import { createSeal, type Seal } from '../seal.ts';
import { createAccountStore } from './accounts.ts';
import { createArtifactStore } from './artifacts.ts';
import { createFile } from './create-file.ts';
import { createCredentialStore } from './credentials.ts';
import { createDatabase, type Database } from './database.ts';
import { whileOpening } from './errors.ts';
import { createExpiry } from './expiry.ts';
import { createInstanceStore } from './instances.ts';
import { checkOwner, checkPages, migrate } from './migrate.ts';
import { createRecordStore } from './records.ts';
import { createSignInStore } from './sign-ins.ts';

interface Options {
  /** Made when missing, with its folder; readable by its owner only. */
  readonly file: string;
  /** 32 bytes. */
  readonly sealingKey: Uint8Array;
  readonly clock: Clock;
}

/** Errors: store_invalid (which names the file), keys_invalid. */
export const openSqliteStores = async ({ file, sealingKey, clock }: Options): Promise<Stores> => {
  const path = resolve(file);
  const seal = createSeal(sealingKey);
  try {
    prepareFile(path);
    const connection = new DatabaseSync(path, { timeout: 20 });
    try {
      return await serve(connection, path, seal, clock);
    } catch (error) {
      connection.close();
      throw error;
    }
  } catch (error) {
    throw whileOpening(error, path);
  }
};

/** An empty file and a journal without its database are what is left of a lost one: never a fresh start. */
const prepareFile = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const orphan = existsSync(`${file}-wal`);
  if (!existsSync(file)) {
    if (orphan) throw lost(file, `${file} is missing, but its journal ${file}-wal is there.`);
    createFile(file);
  }
  if (statSync(file).size === 0) throw lost(file, `${file} is empty.`);
  chmodSync(file, 0o600);
};

const lost = (file: string, what: string) =>
  fail('store_invalid', {
    field: 'store.file',
    hint: `${what} Restore the database, or remove ${file} and ${file}-wal to begin with none.`,
  });

const serve = async (connection: DatabaseSync, file: string, seal: Seal, clock: Clock): Promise<Stores> => {
  const database = createDatabase({ connection, file, clock });
  await database.run(() => {
    checkOwner(connection, file);
    checkPages(connection, file);
    // FULL: a commit is answered when it is on the disk. A small journal keeps each checkpoint's pause short.
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 250');
    migrate(connection, file);
  });
  await checkSeal(database, seal, file);

  const expiry = createExpiry({ database, clock });
  const readable = database.one(
    'SELECT count(*) AS tables FROM sqlite_schema',
    z.object({ tables: z.int() }),
  );
  const close = async () => {
    if (connection.isOpen) connection.close();
  };
  return {
    accounts: createAccountStore({ database, seal }),
    instances: createInstanceStore({ database }),
    signIns: createSignInStore({ database }),
    credentials: createCredentialStore({ database, seal }),
    records: createRecordStore({ database, seal, clock, expiry }),
    artifacts: createArtifactStore({ database, seal, clock, expiry }),
    ping: async () => {
      await database.transact(() => readable({}));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};

/** The first to open a file leaves a sealed word in it; a key that does not open the word opens nothing else. */
const checkSeal = async (database: Database, seal: Seal, file: string): Promise<void> => {
  const row = z.object({ sealed: z.string() });
  const read = database.one('SELECT sealed FROM seal_checks', row);
  const write = database.one('INSERT INTO seal_checks VALUES (:sealed) RETURNING sealed', row);
  const context = 'seal_checks/sealed';
  const found = await database.transact(() => read({}) ?? write({ sealed: seal.seal('kinpass', context) }));
  try {
    if (found) seal.open(found.sealed, context);
  } catch (cause) {
    throw fail('store_invalid', {
      field: 'keys.directory',
      hint: `${file} was sealed with another key. Bring back the key that belongs to it.`,
      cause,
    });
  }
};
