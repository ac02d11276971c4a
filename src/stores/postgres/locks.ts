/** Locks of a transaction, for what has no row to lock. It holds them until it ends, whatever becomes of its client. */
import { compositeKey } from '#src/lib/single-flight';
import { command, type Statement } from './statement.ts';

/** Different names may share a lock, which costs a wait and nothing else. */
const keyOf = `hashtextextended(:name, hashtext(current_schema())::bigint)`;

const exclusive = command(`SELECT pg_advisory_xact_lock(${keyOf})`);
const shared = command(`SELECT pg_advisory_xact_lock_shared(${keyOf})`);

export const lock = (...parts: readonly [string, ...string[]]): Statement<void> =>
  exclusive({ name: compositeKey(...parts) });

/** Of several names, always in one order, so that nobody waits in a circle. */
const exclusiveAll = command(
  `SELECT pg_advisory_xact_lock(key) FROM (
      SELECT DISTINCT hashtextextended(name, hashtext(current_schema())::bigint) AS key
      FROM json_array_elements_text(:names::json) AS names (name) ORDER BY key OFFSET 0
    ) AS keys`,
);

/** Each of the names that `lock` takes one of. */
export const lockAll = (names: readonly (readonly [string, ...string[]])[]): Statement<void> =>
  exclusiveAll({ names: names.map((parts) => compositeKey(...parts)) });

/** Held by any number at once, but not beside `lock`. */
export const lockShared = (...parts: readonly [string, ...string[]]): Statement<void> =>
  shared({ name: compositeKey(...parts) });
