import { z } from 'zod';
import { fingerprint } from '#src/lib/ids';
import { type JsonObject, textMember } from '#src/lib/json';
import type { ArtifactStore, StoredArtifact } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import { contextOf, unexpired, userCodeIndex } from './artifact-row.ts';
import { createArtifactSteps, createRemoveArtifact } from './artifact-steps.ts';
import { createRecordChange } from './changes.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

const createOpen =
  (seal: Seal) =>
  (found: Row | undefined): StoredArtifact | undefined =>
    found && {
      payload: JSON.parse(seal.open(found.payload, contextOf(found.model, found.id))) as JsonObject,
      consumedAt: found.consumedAt,
      answerKept: found.answerOf !== null,
    };

export const createFindArtifact = ({ database, seal }: Deps) => {
  const byId = database.one(newest('id_hash = :id'), artifactRow);
  const opened = createOpen(seal);
  return (model: string, id: string, now: number): StoredArtifact | undefined =>
    opened(byId({ model, id: fingerprint(id), now }));
};

export const createArtifactStore = ({ database, seal }: Deps): ArtifactStore => {
  const { byUid, byUserCode, consume, revoke, page } = statements(database);
  const { holds, apply } = createArtifactSteps({ database, seal });
  const remove = createRemoveArtifact(database);
  const recordChange = createRecordChange(database);
  const indexOf = (userCode: string): string => userCodeIndex(seal, userCode);
  const findArtifact = createFindArtifact({ database, seal });
  const opened = createOpen(seal);

  return {
    upsert: (artifact, now) => database.transact(() => apply({ put: artifact }, now)),
    change: (steps, now) =>
      database.transact(() => {
        if (!steps.every((step) => holds(step, now))) return false;
        for (const step of steps) apply(step, now);
        return true;
      }),
    find: (model, id, now) => database.run(() => findArtifact(model, id, now)),
    findForPage: ({ interaction: id = '', session = '' }, now) =>
      database.read(() => {
        const interaction = findArtifact('Interaction', id, now);
        const code = interaction && textMember(interaction.payload, 'deviceCode');
        return {
          interaction,
          deviceCode: findArtifact('DeviceCode', code ?? '', now),
          session: findArtifact('Session', session, now),
        };
      }),
    findByUid: (model, uid, now) => database.run(() => opened(byUid({ model, uid: fingerprint(uid), now }))),
    findByUserCode: (model, userCode, now) =>
      database.run(() => opened(byUserCode({ model, userCode: indexOf(userCode), now }))),
    consume: (model, id, now) =>
      database.transact(() => consume({ model, id: fingerprint(id), now }) !== undefined),
    destroy: (model, id, now) => database.transact(() => remove({ model, id }, now)),
    revokeByGrantId: (grantId, now) =>
      database.transact(() => {
        if (revoke({ grant: fingerprint(grantId) }).length > 0) recordChange('sign-in', grantId, now);
      }),
    list: (model, { limit, after = 0, now }) =>
      database.run(() =>
        page({ model, limit, after, now }).flatMap((found) => {
          const artifact = opened(found);
          return artifact ? [{ ...artifact, position: found.position }] : [];
        }),
      ),
  };
};

const artifactRow = z.object({
  model: z.string(),
  id: z.string(),
  payload: z.string(),
  consumedAt: z.int().nullable(),
  answerOf: z.string().nullable(),
});
type Row = z.infer<typeof artifactRow>;

const columns = `model, id_hash AS id, sealed_payload AS payload, consumed_at AS consumedAt,
  answer_of AS answerOf`;
const newest = (condition: string): string =>
  `SELECT ${columns} FROM artifacts WHERE model = :model AND ${condition} AND ${unexpired}
    ORDER BY rowid DESC LIMIT 1`;

const statements = (database: Database) => ({
  byUid: database.one(newest('uid_hash = :uid'), artifactRow),
  byUserCode: database.one(newest('user_code_hash = :userCode'), artifactRow),
  consume: database.one(
    `UPDATE artifacts SET consumed_at = :now
      WHERE model = :model AND id_hash = :id AND consumed_at IS NULL AND ${unexpired} RETURNING id_hash AS id`,
    z.object({ id: z.string() }),
  ),
  revoke: database.all(
    'DELETE FROM artifacts WHERE grant_hash = :grant RETURNING id_hash AS id',
    z.object({ id: z.string() }),
  ),
  page: database.all(
    `SELECT rowid AS position, ${columns} FROM artifacts
      WHERE model = :model AND rowid > :after AND ${unexpired} ORDER BY rowid LIMIT :limit`,
    artifactRow.extend({ position: z.int() }),
  ),
});
