/**
 * The stores in one SQLite file, shared by any number of processes on one machine. Owns the file, its schema and
 * its locks; what was acknowledged is on disk. Refuses to start on a file that it does not fully understand. One thread
 * writes and waits for the disk; this one reads.
 */
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Log } from '#src/observability/logger';
import type { Stores } from '../ports.ts';
import { createSeal } from '../seal.ts';
import { createDatabase } from './database.ts';
import { whileOpening } from './errors.ts';
import { joinStores } from './join-stores.ts';
import { createConnectedStores } from './stores.ts';
import { openWriter } from './writer.ts';

interface Options {
  /** Created with its folder if missing; readable by its owner only. */
  readonly file: string;
  /** 32 bytes. */
  readonly sealingKey: Uint8Array;
  readonly log: Pick<Log, 'warn'>;
}

/** Errors: store_invalid (which names the file), keys_invalid. */
export const openSqliteStores = async ({ file, sealingKey, log }: Options): Promise<Stores> => {
  const path = resolve(file);
  const seal = createSeal(sealingKey);
  const writer = await openWriter({ data: { file: path, sealingKey }, log });
  if (writer.checkedFor !== undefined)
    log.warn({ file: path, ms: writer.checkedFor }, 'the database was not closed properly; it is whole');
  try {
    const connection = new DatabaseSync(path, { readOnly: true });
    const reader = createConnectedStores(createDatabase(connection), seal);
    const close = async (): Promise<void> => {
      await writer.drain();
      // The last connection to close empties the journal, which one that only reads cannot do.
      if (connection.isOpen) connection.close();
      await writer.close();
    };
    const { upkeep, ...stores } = joinStores({ reader, writer, file: path });
    return { ...stores, ...upkeep, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await writer.close();
    throw whileOpening(error, path);
  }
};
