import { z } from 'zod';
import type { Stores } from '../ports.ts';
import type { Database } from './database.ts';
import { createRemoveGrant } from './grants.ts';

/** Changes are read at least once a second; an hour covers a process that was stopped for a while. */
const changesLifetime = 3_600_000;

/** Each kind is a transaction of its own, so that writers wait for one small step at most. */
export const createSweep = (database: Database): Stores['sweep'] => {
  const statement = (sql: string) => database.all(sql, z.object({}));
  const remove = (table: string, condition: string) =>
    statement(
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${condition} LIMIT :limit)
        RETURNING 1 AS removed`,
    );
  const expired = 'expires_at <= :now ORDER BY expires_at';
  const steps = [
    // `paces` holds what earlier versions wrote.
    ...['records', 'artifacts', 'redeemed', 'leases', 'counters', 'paces', 'known_profiles'].map((table) =>
      remove(table, expired),
    ),
    statement(
      `UPDATE redeemed SET sealed_answer = NULL WHERE rowid IN
        (SELECT rowid FROM redeemed WHERE sealed_answer IS NOT NULL AND answer_until <= :now LIMIT :limit)
        RETURNING 1 AS removed`,
    ),
    remove('changes', 'at <= :changesBefore ORDER BY position'),
    createRemoveIdleSignIns(database),
    remove(
      'instances',
      `had_pair = 0 AND seen_at <= :instancesSeenBefore
        AND NOT EXISTS (SELECT 1 FROM sign_ins WHERE sign_ins.instance = instances.id) ORDER BY seen_at`,
    ),
  ];
  return async ({ now, instancesSeenBefore, limit }) => {
    const params = { now, instancesSeenBefore, limit, changesBefore: now - changesLifetime };
    let removed = 0;
    for (const step of steps) removed += (await database.transact(() => step(params))).length;
    return removed;
  };
};

/** Dead sign-ins, with the grants that oidc-provider stored for them. */
const createRemoveIdleSignIns = (database: Database) => {
  const removeGrant = createRemoveGrant(database);
  const remove = database.all(
    `DELETE FROM sign_ins WHERE rowid IN
      (SELECT rowid FROM sign_ins WHERE idle_at <= :now ORDER BY idle_at LIMIT :limit)
      RETURNING grant_id AS "grant"`,
    z.object({ grant: z.string() }),
  );
  return (params: { readonly now: number; readonly limit: number }): readonly object[] => {
    const removed = remove(params);
    for (const { grant } of removed) removeGrant(grant);
    return removed;
  };
};
