import type { Stores } from '../ports.ts';
import type { Database } from './database.ts';
import { moment } from './moment.ts';
import { count } from './statement.ts';

/** Changes are read at least once a second; an hour covers a process that was stopped for a while. */
const changesLifetime = 3_600_000;

/** Each kind is a transaction of its own. What a rival works on is left for another time: nobody waits here. */
export const createSweep =
  (database: Database): Stores['sweep'] =>
  async ({ now, instancesSeenBefore, limit }) => {
    const params = { now, instancesSeenBefore, limit, lifetime: changesLifetime };
    let removed = 0;
    for (const step of steps) removed += await database.run(step(params));
    return removed;
  };

/** The keys of at most `limit` rows that no rival has locked. */
const some = (key: string, table: string, condition: string, order: string): string =>
  `SELECT ${key} FROM ${table} WHERE ${condition} ORDER BY ${order} LIMIT :limit FOR UPDATE SKIP LOCKED`;

const remove = (table: string, key: string, condition: string, order = 'expires_at') =>
  count(`DELETE FROM ${table} WHERE (${key}) IN (${some(key, table, condition, order)}) RETURNING 1`);

const expired = `expires_at <= ${moment}`;

const steps = [
  remove('records', 'kind, key_hash', expired),
  remove('artifacts', 'model, id_hash', expired),
  remove('redeemed', 'id_hash, model', expired),
  remove('leases', 'name', 'expires_at <= statement_timestamp()'),
  remove('counters', 'key_hash', expired),
  remove('known_profiles', 'key_hash', expired),
  count(
    `UPDATE redeemed SET sealed_answer = NULL
      WHERE (id_hash, model) IN (
        ${some('id_hash, model', 'redeemed', `sealed_answer IS NOT NULL AND answer_until <= ${moment}`, 'answer_until')}
      ) RETURNING 1`,
  ),
  remove('changes', 'number', `position IS NOT NULL AND at <= ${moment} - :lifetime`, 'at'),
  // Dead sign-ins, with the grants that oidc-provider stored for them.
  count(
    `WITH dead AS (
        DELETE FROM sign_ins WHERE grant_id IN (${some('grant_id', 'sign_ins', `idle_at <= ${moment}`, 'idle_at')})
        RETURNING grant_id
      ), artifacts AS (DELETE FROM artifacts USING dead WHERE artifacts.grant_id = dead.grant_id),
      redeemed AS (DELETE FROM redeemed USING dead WHERE redeemed.grant_id = dead.grant_id)
      SELECT FROM dead`,
  ),
  remove(
    'instances',
    'id',
    `NOT had_pair AND seen_at <= :instancesSeenBefore
      AND NOT EXISTS (SELECT FROM sign_ins WHERE sign_ins.instance = instances.id)`,
    'seen_at',
  ),
];
