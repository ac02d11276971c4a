import { fail } from '#src/lib/errors';
import type { ArtifactStep } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import { hashed, unexpired, writeArtifact } from './artifact-row.ts';
import { insertChange } from './changes.ts';
import { isTaken } from './errors.ts';
import { going, stopUnless } from './gate.ts';
import { command, type Statement } from './statement.ts';

/** Locks what the conditions are about, in one order for everybody. */
const lockAll = command(
  `SELECT FROM artifacts
    WHERE (model, id_hash) IN (SELECT key ->> 'model', key ->> 'id' FROM json_array_elements(:keys::json) AS key)
    ORDER BY model, id_hash FOR UPDATE`,
);

/** Stops the transaction unless every condition of the steps holds. */
export const conditionsOf = (
  steps: readonly ArtifactStep[],
  now: number,
): { readonly lock: Statement<void>; readonly conditions: readonly Statement<number>[] } => {
  const keys = steps.flatMap((step) =>
    'take' in step ? [hashed(step.take)] : 'spend' in step ? [hashed(step.spend)] : [],
  );
  const conditions = steps.flatMap((step) => {
    if ('take' in step) return [unlessGone({ ...hashed(step.take), now })];
    return 'spend' in step ? [unlessSpent({ ...hashed(step.spend), now })] : [];
  });
  return { lock: lockAll({ keys }), conditions };
};

export const applySteps = (
  seal: Seal,
  steps: readonly ArtifactStep[],
  now: number,
): readonly Statement<void>[] =>
  steps.flatMap((step) => {
    if ('put' in step) return writeArtifact(seal, step.put, now);
    if ('spend' in step) return [spend({ ...hashed(step.spend), now })];
    return [remove({ ...hashed('take' in step ? step.take : step.remove), now })];
  });

/** Converts the error of a put whose user code is that of another live artifact. */
export const unlessCodeIsTaken = (error: unknown): never => {
  if (!isTaken(error, 'artifacts_by_user_code')) throw error;
  throw fail('gateway_unavailable', { detail: 'the user code is in use', cause: error });
};

const place = 'model = :model AND id_hash = :id';

const unlessGone = stopUnless(`EXISTS (SELECT FROM artifacts WHERE ${place} AND ${unexpired})`);
const unlessSpent = stopUnless(
  `EXISTS (SELECT FROM artifacts WHERE ${place} AND consumed_at IS NULL AND ${unexpired})`,
);

const spend = command(`UPDATE artifacts SET consumed_at = :now WHERE ${place} AND ${going}`);

/** An access token that was there is a change. */
export const remove = command(
  `WITH removed AS (DELETE FROM artifacts WHERE ${place} AND ${going} RETURNING model, id_hash)
    ${insertChange('access-token', "id_hash, :now::bigint FROM removed WHERE model = 'AccessToken'")}`,
);
