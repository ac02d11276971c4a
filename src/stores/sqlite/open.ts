/**
 * The stores in one SQLite file, shared by any number of processes on one machine. Owns the file, its schema and
 * its locks; what was acknowledged is on disk. Refuses to start on a file that it does not fully understand.
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
import { createAuditStore } from './audit.ts';
import { createChangeStore } from './changes.ts';
import { checkOwner, checkPages, checkSeal } from './checks.ts';
import { createCounterStore } from './counters.ts';
import { createFile } from './create-file.ts';
import { createCredentialStore } from './credentials.ts';
import { createDatabase } from './database.ts';
import { whileOpening } from './errors.ts';
import { createExchangeStore } from './exchanges.ts';
import { createInstanceStore } from './instances.ts';
import { createLeaseStore } from './leases.ts';
import { migrate, versionOf } from './migrate.ts';
import { createRecordStore } from './records.ts';
import { createRevocationStore } from './revocations.ts';
import { createSignInStore } from './sign-ins.ts';
import { createSubjectJournal } from './subjects.ts';
import { createSweep } from './sweep.ts';
import { blockingWait, patiently } from './transaction.ts';

interface Options {
  /** Created with its folder if missing; readable by its owner only. */
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
    const connection = new DatabaseSync(path, { timeout: blockingWait });
    try {
      await patiently(clock, () => prepare(connection, path, seal));
      return serve(connection, path, seal, clock);
    } catch (error) {
      connection.close();
      throw error;
    }
  } catch (error) {
    throw whileOpening(error, path);
  }
};

/** An empty file, or a journal without its database, is the rest of a lost database: never a new one. */
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
    hint: `${what} Restore the database, or remove ${file} and ${file}-wal to start with an empty one.`,
  });

/** Checks first, so that a rejected file is left unchanged. */
const prepare = (connection: DatabaseSync, file: string, seal: Seal): void => {
  checkOwner(connection, file);
  versionOf(connection, file);
  checkPages(connection, file);
  checkSeal(connection, file, seal);
  // FULL: a commit is acknowledged when it is on disk. A small journal keeps checkpoints short.
  connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 250');
  migrate(connection, file);
};

const serve = (connection: DatabaseSync, file: string, seal: Seal, clock: Clock): Stores => {
  const database = createDatabase({ connection, file, clock });
  const tables = database.one('SELECT count(*) AS tables FROM sqlite_schema', z.object({ tables: z.int() }));
  const close = async () => {
    if (connection.isOpen) connection.close();
  };
  return {
    accounts: createAccountStore({ database, seal }),
    subjects: createSubjectJournal({ database }),
    instances: createInstanceStore({ database }),
    signIns: createSignInStore({ database, seal }),
    revocations: createRevocationStore({ database, seal }),
    audit: createAuditStore({ database }),
    credentials: createCredentialStore({ database, seal }),
    records: createRecordStore({ database, seal }),
    artifacts: createArtifactStore({ database, seal }),
    exchanges: createExchangeStore({ database, seal }),
    leases: createLeaseStore({ database }),
    counters: createCounterStore({ database, seal }),
    changes: createChangeStore({ database }),
    sweep: createSweep(database),
    ping: async () => {
      await database.transact(() => tables({}));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
};
