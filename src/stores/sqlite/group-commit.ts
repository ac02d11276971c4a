import type { DatabaseSync } from 'node:sqlite';
import type { Database } from './database.ts';
import { inTransaction } from './transaction.ts';

/** One call's part of a batch. */
interface Unit {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * All calls that wait when a batch begins become one transaction, which waits for the disk once, and are answered after
 * it. A unit that fails is rolled back alone; if the transaction fails, so do all of them.
 */
export const createGroupCommit = (connection: DatabaseSync): Database['transact'] => {
  const savepoint = connection.prepare('SAVEPOINT unit');
  const release = connection.prepare('RELEASE unit');

  /** Returns how to answer the unit once the transaction is on disk. */
  const attempt = ({ work, resolve, reject }: Unit): (() => void) => {
    savepoint.run();
    try {
      const result = work();
      release.run();
      return () => resolve(result);
    } catch (error) {
      if (!connection.isTransaction) throw error; // a full disk, for one, ends the whole transaction
      connection.exec('ROLLBACK TO unit; RELEASE unit');
      return () => reject(error);
    }
  };

  let waiting: Unit[] = [];
  const commitBatch = (): void => {
    const units = waiting;
    waiting = [];
    try {
      for (const answer of inTransaction(connection, () => units.map(attempt))) answer();
    } catch (error) {
      for (const { reject } of units) reject(error);
    }
  };

  return <T>(work: () => T) =>
    new Promise<T>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(commitBatch);
      waiting.push({ work, resolve: (result) => resolve(result as T), reject });
    });
};
