import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { Revocation, RevocationKey, RevocationStore } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { createAppendAudit } from './audit.ts';
import { createRecordChange } from './changes.ts';
import type { Database } from './database.ts';
import { createRemoveGrant } from './grants.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

const kind = z.enum(['account', 'instance', 'jti']);
const row = z.object({ position: z.int(), kind, id: z.string(), reason: z.string(), at: z.int() });
type Row = z.infer<typeof row>;

export const createRevocationStore = ({ database, seal }: Deps): RevocationStore => {
  const { insert, remove, byKey, page, endAccount, endSignIns } = statements(database);
  const removeGrant = createRemoveGrant(database);
  const recordChange = createRecordChange(database);
  const appendAudit = createAppendAudit(database);

  const opened = ({ kind, id, at, reason }: Row): Revocation => ({
    kind,
    id,
    at,
    reason: seal.open(reason, contextOf({ kind, id })),
  });

  return {
    add: (revocation, record) =>
      database.transact(() => {
        const { kind, id, at, reason } = revocation;
        const earlier = byKey({ kind, id });
        if (earlier) return { revocation: opened(earlier) };
        insert({ kind, id, at, reason: seal.seal(reason, contextOf(revocation)) });
        if (kind === 'account') endAccount({ id, at });
        if (kind !== 'jti') for (const { grant } of endSignIns[kind]({ id })) removeGrant(grant);
        recordChange(kind === 'jti' ? 'service-token' : kind, id, at);
        return { revocation, entry: appendAudit(record) };
      }),
    lift: (key, record) =>
      database.transact(() => (remove({ ...key }) ? { entry: appendAudit(record) } : {})),
    anyOf: (keys) => database.run(() => keys.find((key) => byKey({ ...key }) !== undefined)),
    list: ({ limit, before = Number.MAX_SAFE_INTEGER }) =>
      database.run(() => {
        const rows = page({ limit: limit + 1, before });
        const shown = rows.slice(0, limit);
        return {
          revocations: shown.map(opened),
          next: rows.length > limit ? shown.at(-1)?.position : undefined,
        };
      }),
  };
};

const grantRow = z.object({ grant: z.string() });
const columns = 'position, kind, id, sealed_reason AS reason, at';

const statements = (database: Database) => ({
  insert: database.command(
    'INSERT INTO revocations (kind, id, sealed_reason, at) VALUES (:kind, :id, :reason, :at)',
  ),
  endAccount: database.command('UPDATE accounts SET ended_at = :at WHERE id = :id'),
  endSignIns: {
    account: database.all('DELETE FROM sign_ins WHERE viewer = :id RETURNING grant_id AS "grant"', grantRow),
    instance: database.all(
      'DELETE FROM sign_ins WHERE instance = :id RETURNING grant_id AS "grant"',
      grantRow,
    ),
  },
  remove: database.one('DELETE FROM revocations WHERE kind = :kind AND id = :id RETURNING id', z.object({})),
  byKey: database.one(`SELECT ${columns} FROM revocations WHERE kind = :kind AND id = :id`, row),
  page: database.all(
    `SELECT ${columns} FROM revocations WHERE position < :before ORDER BY position DESC LIMIT :limit`,
    row,
  ),
});

const contextOf = ({ kind, id }: RevocationKey): string =>
  compositeKey('revocations', 'sealed_reason', kind, id);
