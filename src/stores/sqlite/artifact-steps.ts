import { z } from 'zod';
import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import type { Artifact, ArtifactKey, ArtifactStep } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import { createWriteArtifact, unexpired, userCodeIndex } from './artifact-row.ts';
import { createRecordChange } from './changes.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

const hashed = ({ model, id }: ArtifactKey) => ({ model, id: fingerprint(id) });

/** `ArtifactStore.destroy`; part of a transaction. */
export const createRemoveArtifact = (database: Database) => {
  const recordChange = createRecordChange(database);
  const remove = database.one(
    'DELETE FROM artifacts WHERE model = :model AND id_hash = :id RETURNING id_hash AS id',
    z.object({ id: z.string() }),
  );
  return (key: ArtifactKey, now: number): void => {
    const removed = remove(hashed(key));
    if (removed && key.model === 'AccessToken') recordChange('access-token', removed.id, now);
  };
};

/** The steps of a change of artifacts; parts of a transaction. */
export const createArtifactSteps = ({ database, seal }: Deps) => {
  const { rivalOf, live, unspent, spend } = statements(database);
  const remove = createRemoveArtifact(database);
  const writeArtifact = createWriteArtifact({ database, seal });

  const put = (artifact: Artifact, now: number): void => {
    const { userCode } = artifact;
    const rival =
      userCode !== undefined &&
      rivalOf({ ...hashed(artifact), userCode: userCodeIndex(seal, userCode), now });
    if (rival) throw fail('gateway_unavailable', { detail: 'the user code is in use' });
    writeArtifact(artifact, now);
  };

  return {
    /** Whether the condition of a step holds. */
    holds: (step: ArtifactStep, now: number): boolean => {
      if ('take' in step) return live({ ...hashed(step.take), now }) !== undefined;
      return 'spend' in step ? unspent({ ...hashed(step.spend), now }) !== undefined : true;
    },
    apply: (step: ArtifactStep, now: number): void => {
      if ('put' in step) put(step.put, now);
      else if ('spend' in step) spend({ ...hashed(step.spend), now });
      else remove('take' in step ? step.take : step.remove, now);
    },
  };
};

const found = z.object({ id: z.string() });

const statements = (database: Database) => ({
  rivalOf: database.one(
    `SELECT id_hash AS id FROM artifacts
      WHERE model = :model AND user_code_hash = :userCode AND id_hash <> :id AND ${unexpired} LIMIT 1`,
    found,
  ),
  live: database.one(
    `SELECT id_hash AS id FROM artifacts WHERE model = :model AND id_hash = :id AND ${unexpired}`,
    found,
  ),
  unspent: database.one(
    `SELECT id_hash AS id FROM artifacts
      WHERE model = :model AND id_hash = :id AND consumed_at IS NULL AND ${unexpired}`,
    found,
  ),
  spend: database.command('UPDATE artifacts SET consumed_at = :now WHERE model = :model AND id_hash = :id'),
});
