import { z } from 'zod';
import { fingerprint } from '#src/lib/ids';
import type { ArtifactStore, StoredArtifact } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import {
  artifactRow,
  hashed,
  openArtifact,
  unexpired,
  userCodeIndex,
  writeArtifact,
} from './artifact-row.ts';
import { applySteps, conditionsOf, remove, unlessCodeIsTaken } from './artifact-steps.ts';
import type { Database } from './database.ts';
import { lockSignIn, revokeArtifactsOf } from './grants.ts';
import { all, count, one, type Statement } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

export const createArtifactStore = ({ database, seal }: Deps): ArtifactStore => {
  const find = async (
    statement: Statement<z.infer<typeof artifactRow> | undefined>,
  ): Promise<StoredArtifact | undefined> => {
    const found = await database.run(statement);
    return found && openArtifact(seal, found);
  };

  return {
    upsert: async (artifact, now) => {
      await database.transact(...writeArtifact(seal, artifact, now)).catch(unlessCodeIsTaken);
    },
    change: async (steps, now) => {
      const { lock, conditions } = conditionsOf(steps, now);
      const stopped = await database
        .transact(lock, ...conditions, ...applySteps(seal, steps, now))
        .catch(unlessCodeIsTaken);
      return stopped.slice(1, 1 + conditions.length).every((found) => found === 0);
    },
    find: (model, id, now) => find(byId({ ...hashed({ model, id }), now })),
    findForPage: async ({ interaction = '', session = '' }, now) => {
      const ids = { interaction: fingerprint(interaction), session: fingerprint(session), now };
      const found = await database.run(forPage(ids));
      const ofModel = (model: string) => {
        const own = found.find((row) => row.model === model);
        return own && openArtifact(seal, own);
      };
      return {
        interaction: ofModel('Interaction'),
        deviceCode: ofModel('DeviceCode'),
        session: ofModel('Session'),
      };
    },
    findByUid: (model, uid, now) => find(byUid({ model, uid: fingerprint(uid), now })),
    findByUserCode: (model, userCode, now) =>
      find(byUserCode({ model, userCode: userCodeIndex(seal, userCode), now })),
    consume: async (model, id, now) => (await database.run(consume({ ...hashed({ model, id }), now }))) === 1,
    destroy: (model, id, now) => database.run(remove({ ...hashed({ model, id }), now })),
    revokeByGrantId: async (grant, now) => {
      await database.transact(lockSignIn({ grant }), revokeArtifactsOf({ grant, now }));
    },
    list: async (model, { limit, after = 0, now }) =>
      (await database.run(page({ model, limit, after, now }))).map((found) => ({
        ...openArtifact(seal, found),
        position: found.position,
      })),
  };
};

const columns = 'model, id_hash, sealed_payload, consumed_at, answer_of';
const newest = (condition: string): string =>
  `SELECT ${columns} FROM artifacts WHERE model = :model AND ${condition} AND ${unexpired}
    ORDER BY position DESC LIMIT 1`;

const byId = one(newest('id_hash = :id'), artifactRow);
const interaction = "model = 'Interaction' AND id_hash = :interaction";
const forPage = all(
  `SELECT ${columns} FROM artifacts WHERE ${unexpired} AND (${interaction}
    OR model = 'Session' AND id_hash = :session
    OR model = 'DeviceCode' AND id_hash = (SELECT uid_hash FROM artifacts WHERE ${interaction} AND ${unexpired}))`,
  artifactRow,
);
const byUid = one(newest('uid_hash = :uid'), artifactRow);
const byUserCode = one(newest('user_code_hash = :userCode'), artifactRow);

const consume = count(
  `UPDATE artifacts SET consumed_at = :now
    WHERE model = :model AND id_hash = :id AND consumed_at IS NULL AND ${unexpired} RETURNING id_hash`,
);

const page = all(
  `SELECT position, ${columns} FROM artifacts
    WHERE model = :model AND position > :after AND ${unexpired} ORDER BY position LIMIT :limit`,
  artifactRow.extend({ position: z.int() }),
);
