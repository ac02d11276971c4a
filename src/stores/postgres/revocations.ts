import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { Revocation, RevocationKey, RevocationKind, RevocationStore } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { appendWith } from './audit.ts';
import { insertChange } from './changes.ts';
import type { Database } from './database.ts';
import { going, stopUnless } from './gate.ts';
import { lock } from './locks.ts';
import { all, command, one, type Statement } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

export const createRevocationStore = ({ database, seal }: Deps): RevocationStore => {
  const opened = ({ kind, id, at, sealedReason }: Row): Revocation => ({
    kind,
    id,
    at,
    reason: seal.open(sealedReason, contextOf({ kind, id })),
  });

  return {
    add: async (revocation, record) => {
      const { kind, id, at, reason } = revocation;
      const params = { kind, id, at, reason: seal.seal(reason, contextOf(revocation)) };
      const entry = await appendWith(database, record, {
        turn: lock(kind, id),
        condition: unlessRevoked(params),
        work: [insert(params), ...endings[kind].map((end) => end(params))],
      });
      if (entry) return { revocation, entry };
      const earlier = await database.run(byKey({ kind, id }));
      return { revocation: earlier ? opened(earlier) : revocation };
    },
    lift: async (key, record) => {
      const entry = await appendWith(database, record, {
        turn: lock(key.kind, key.id),
        condition: ifRevoked({ ...key }),
        work: [remove({ ...key })],
      });
      return entry ? { entry } : {};
    },
    anyOf: async (keys) => {
      const found = await database.run(firstOf({ keys }));
      return found && keys[found.place - 1];
    },
    list: async ({ limit, before = Number.MAX_SAFE_INTEGER }) => {
      const rows = await database.run(page({ limit: limit + 1, before }));
      const shown = rows.slice(0, limit);
      return {
        revocations: shown.map(opened),
        next: rows.length > limit ? shown.at(-1)?.position : undefined,
      };
    },
  };
};

const row = z.object({
  position: z.int(),
  kind: z.enum(['account', 'instance', 'jti']),
  id: z.string(),
  sealedReason: z.string(),
  at: z.int(),
});
type Row = z.infer<typeof row>;

const isRevoked = 'EXISTS (SELECT FROM revocations WHERE kind = :kind AND id = :id)';
const unlessRevoked = stopUnless(`NOT ${isRevoked}`);
const ifRevoked = stopUnless(isRevoked);

const insert = command(
  `INSERT INTO revocations (kind, id, sealed_reason, at) SELECT :kind, :id, :reason, :at::bigint WHERE ${going}`,
);

const endAccount = command(`UPDATE accounts SET ended_at = :at WHERE id = :id AND ${going}`);

/** Everything issued for the sign-ins that this condition selects; they are locked first, as everywhere. */
const endSignIns = (condition: string) => [
  command(`SELECT FROM sign_ins WHERE ${condition} ORDER BY grant_id FOR UPDATE`),
  ...['artifacts', 'redeemed'].map((table) =>
    command(
      `DELETE FROM ${table} WHERE ${going} AND grant_id IN (SELECT grant_id FROM sign_ins WHERE ${condition})`,
    ),
  ),
  command(`DELETE FROM sign_ins WHERE ${condition} AND ${going}`),
];

const change = (kind: 'account' | 'instance' | 'service-token') =>
  command(insertChange(kind, `:id, :at::bigint WHERE ${going}`));

/** What ends with a revocation. */
const endings: Readonly<
  Record<RevocationKind, readonly ((params: Record<string, unknown>) => Statement<void>)[]>
> = {
  account: [endAccount, ...endSignIns('viewer = :id'), change('account')],
  instance: [...endSignIns('instance = :id'), change('instance')],
  jti: [change('service-token')],
};

const remove = command(`DELETE FROM revocations WHERE kind = :kind AND id = :id AND ${going}`);

const byKey = one('SELECT * FROM revocations WHERE kind = :kind AND id = :id', row);

const firstOf = one(
  `SELECT place FROM json_array_elements(:keys::json) WITH ORDINALITY AS asked (key, place)
    JOIN revocations ON kind = key ->> 'kind' AND id = key ->> 'id' ORDER BY place LIMIT 1`,
  z.object({ place: z.int() }),
);

const page = all(
  'SELECT * FROM revocations WHERE position < :before ORDER BY position DESC LIMIT :limit',
  row,
);

const contextOf = ({ kind, id }: RevocationKey): string =>
  compositeKey('revocations', 'sealed_reason', kind, id);
