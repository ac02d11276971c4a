/**
 * The time by the caller's clock and by the database's: what is over by both of them is over. Whatever a mark protects is not
 * undone early by a node whose clock is ahead. Epoch milliseconds.
 */
const database = '(extract(epoch FROM statement_timestamp()) * 1000)::bigint';

export const moment = `least(:now::bigint, ${database})`;

/** What ends later than it could if it had begun now was begun before both clocks were set back. */
export const latestEnd = `greatest(:now::bigint, ${database}) + :window + 1000`;
