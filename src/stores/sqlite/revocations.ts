import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { Revocation, RevocationKey, RevocationStore } from '../ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

const kind = z.enum(['account', 'instance', 'jti']);
const row = z.object({ position: z.int(), kind, id: z.string(), reason: z.string(), at: z.int() });
type Row = z.infer<typeof row>;

export const createRevocationStore = ({ database, seal }: Deps): RevocationStore => {
  const { insert, remove, byKey, page } = statements(database);

  const opened = ({ kind, id, at, reason }: Row): Revocation => ({
    kind,
    id,
    at,
    reason: seal.open(reason, contextOf({ kind, id })),
  });

  return {
    add: (revocation) =>
      database.transact(() => {
        insert({ ...revocation, reason: seal.seal(revocation.reason, contextOf(revocation)) });
        const stored = byKey({ kind: revocation.kind, id: revocation.id });
        return stored ? opened(stored) : revocation;
      }),
    lift: (key) => database.run(() => remove({ ...key }) !== undefined),
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

const columns = 'position, kind, id, sealed_reason AS reason, at';

const statements = (database: Database) => ({
  insert: database.command(
    `INSERT INTO revocations (kind, id, sealed_reason, at) VALUES (:kind, :id, :reason, :at)
      ON CONFLICT (kind, id) DO NOTHING`,
  ),
  remove: database.one('DELETE FROM revocations WHERE kind = :kind AND id = :id RETURNING id', z.object({})),
  byKey: database.one(`SELECT ${columns} FROM revocations WHERE kind = :kind AND id = :id`, row),
  page: database.all(
    `SELECT ${columns} FROM revocations WHERE position < :before ORDER BY position DESC LIMIT :limit`,
    row,
  ),
});

const contextOf = ({ kind, id }: RevocationKey): string =>
  compositeKey('revocations', 'sealed_reason', kind, id);
