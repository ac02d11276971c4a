import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#src/lib/clock';
import { isBusy } from './errors.ts';

/** Runs `work` as a whole or not at all, alone among all writers. */
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

/** Milliseconds. SQLite's own waiting blocks the event loop: it is this short, and the rest is done outside. */
export const blockingWait = 20;
const pauses = [5, 10, 20, 40, 80, 160, 320, 640];

/** Repeats `work` while another process holds the lock; in the end its error is thrown as it came. */
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
