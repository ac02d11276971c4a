import type { DatabaseSync } from 'node:sqlite';
import type { Database } from './database.ts';
import { inTransaction } from './transaction.ts';

/** One call's part of a transaction. */
interface Unit {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: all that waits when a turn begins becomes one transaction, which costs one wait for the disk, and is
 * answered after it. A unit that fails is rolled back alone; if the transaction fails, all of them have.
 */
export const createTurns = (connection: DatabaseSync): Database['transact'] => {
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
  const turn = (): void => {
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
      if (waiting.length === 0) setImmediate(turn);
      waiting.push({ work, resolve: (result) => resolve(result as T), reject });
    });
};
