import type { DatabaseSync } from 'node:sqlite';

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

/** Runs `work`, which only reads, on one state of the data: that of the transaction which is open, if one is. */
export const inSnapshot = <T>(connection: DatabaseSync, work: () => T): T => {
  if (connection.isTransaction) return work();
  connection.exec('BEGIN');
  try {
    return work();
  } finally {
    if (connection.isTransaction) connection.exec('COMMIT');
  }
};
