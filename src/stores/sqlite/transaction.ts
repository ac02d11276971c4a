import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#src/lib/clock';
import { isBusy } from './errors.ts';

/** Runs `work` as one transaction, exclusive among all writers. */
export const inTransaction = <T>(connection: DatabaseSync, work: () => T): T => {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
};

/** Milliseconds. SQLite's own waiting blocks the event loop, so it is short; longer waits happen outside. */
export const blockingWait = 20;
const pauses = [5, 10, 20, 40, 80, 160, 320, 640];

/** Repeats `work` while another process holds the lock; finally throws its error unchanged. */
export const patiently = async <T>(clock: Clock, work: () => T, attempt = 0): Promise<T> => {
  try {
    return work();
  } catch (error) {
    const pause = pauses[attempt];
    if (!isBusy(error) || pause === undefined) throw error;
    await clock.wait(pause);
    return patiently(clock, work, attempt + 1);
  }
};
