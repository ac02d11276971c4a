import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type { Artifact, ArtifactStore, StoredArtifact } from '../ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';
import type { Expiry } from './expiry.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
  readonly clock: Clock;
  readonly expiry: Expiry;
}

export const createArtifactStore = ({ database, seal, clock, expiry }: Deps): ArtifactStore => {
  const { upsert, rivalOf, byId, byUid, byUserCode, consume, destroy, revoke } = statements(database);

  // User codes are short: a plain hash could be reversed by trying all of them.
  const userCodeHash = (userCode: string): string => seal.index(userCode, 'artifacts/user_code');
  const hashOrNull = (value: string | undefined): string | null =>
    value === undefined ? null : fingerprint(value);

  const row = ({ model, id, payload, grantId, userCode, uid, expiresAt }: Artifact) => ({
    model,
    id: fingerprint(id),
    payload: seal.seal(JSON.stringify(payload), contextOf(model, fingerprint(id))),
    grant: hashOrNull(grantId),
    userCode: userCode === undefined ? null : userCodeHash(userCode),
    uid: hashOrNull(uid),
    expiresAt: expiresAt ?? null,
  });
  const opened = (found: Row | undefined): StoredArtifact | undefined =>
    found && {
      payload: JSON.parse(seal.open(found.payload, contextOf(found.model, found.id))) as JsonObject,
      consumedAt: found.consumedAt,
    };

  return {
    async upsert(artifact) {
      const { model, id, payload, grant, userCode, uid, expiresAt } = row(artifact);
      await database.transact(() => {
        const now = clock.now();
        if (userCode !== null && rivalOf({ model, id, userCode, now })) {
          throw fail('gateway_unavailable', { detail: 'the user code is in use' });
        }
        upsert({ model, id, payload, grant, userCode, uid, expiresAt, now });
      });
      await expiry.afterWrite();
    },
    find: (model, id) => database.run(() => opened(byId({ model, id: fingerprint(id), now: clock.now() }))),
    findByUid: (model, uid) =>
      database.run(() => opened(byUid({ model, uid: fingerprint(uid), now: clock.now() }))),
    findByUserCode: (model, userCode) =>
      database.run(() => opened(byUserCode({ model, userCode: userCodeHash(userCode), now: clock.now() }))),
    consume: (model, id) =>
      database.run(() => consume({ model, id: fingerprint(id), now: clock.now() }) !== undefined),
    destroy: (model, id) => database.run(() => destroy({ model, id: fingerprint(id) })),
    revokeByGrantId: (grantId) => database.run(() => revoke({ grant: fingerprint(grantId) })),
  };
};

const artifactRow = z.object({
  model: z.string(),
  id: z.string(),
  payload: z.string(),
  consumedAt: z.int().nullable(),
});
type Row = z.infer<typeof artifactRow>;

const columns = 'model, id_hash AS id, sealed_payload AS payload, consumed_at AS consumedAt';
const unexpired = '(expires_at IS NULL OR expires_at > :now)';
const newest = (condition: string): string =>
  `SELECT ${columns} FROM artifacts WHERE model = :model AND ${condition} AND ${unexpired}
    ORDER BY rowid DESC LIMIT 1`;

const statements = (database: Database) => ({
  upsert: database.command(
    `INSERT INTO artifacts
        (model, id_hash, sealed_payload, grant_hash, user_code_hash, uid_hash, expires_at, consumed_at)
      VALUES (:model, :id, :payload, :grant, :userCode, :uid, :expiresAt, NULL)
      ON CONFLICT (model, id_hash) DO UPDATE SET
        sealed_payload = excluded.sealed_payload, grant_hash = excluded.grant_hash,
        user_code_hash = excluded.user_code_hash, uid_hash = excluded.uid_hash,
        expires_at = excluded.expires_at, consumed_at = iif(${unexpired}, consumed_at, NULL)`,
  ),
  rivalOf: database.one(
    `SELECT id_hash AS id FROM artifacts
      WHERE model = :model AND user_code_hash = :userCode AND id_hash <> :id AND ${unexpired} LIMIT 1`,
    z.object({ id: z.string() }),
  ),
  byId: database.one(newest('id_hash = :id'), artifactRow),
  byUid: database.one(newest('uid_hash = :uid'), artifactRow),
  byUserCode: database.one(newest('user_code_hash = :userCode'), artifactRow),
  consume: database.one(
    `UPDATE artifacts SET consumed_at = :now
      WHERE model = :model AND id_hash = :id AND consumed_at IS NULL AND ${unexpired} RETURNING id_hash AS id`,
    z.object({ id: z.string() }),
  ),
  destroy: database.command('DELETE FROM artifacts WHERE model = :model AND id_hash = :id'),
  revoke: database.command('DELETE FROM artifacts WHERE grant_hash = :grant'),
});

const contextOf = (model: string, idHash: string): string =>
  compositeKey('artifacts', 'sealed_payload', model, idHash);
