import { fail } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import { compositeKey } from '#src/lib/single-flight';
import type { Artifact, ArtifactKey, ArtifactStep } from '../expiring-ports.ts';
import { holdArtifact, putArtifact } from './hold-artifact.ts';
import type { HeldArtifact, Tables } from './tables.ts';

/** The steps of a change of artifacts. */
export const createArtifactSteps = (tables: Tables) => {
  const { artifacts, recordChange } = tables;
  const find = ({ model, id }: ArtifactKey, now: number): HeldArtifact | undefined =>
    artifacts.get(compositeKey(model, id), now);

  const rejectRival = ({ model, id, userCode }: Artifact, now: number): void => {
    if (userCode === undefined) return;
    const rivals = artifacts.filter((held) => held.model === model && held.userCode === userCode, now);
    if (rivals.some(([, held]) => held.id !== id))
      throw fail('gateway_unavailable', { detail: 'the user code is in use' });
  };

  const holds = (step: ArtifactStep, now: number): boolean => {
    if ('take' in step) return find(step.take, now) !== undefined;
    return 'spend' in step ? find(step.spend, now)?.consumedAt === null : true;
  };

  const spend = (key: ArtifactKey, now: number): void => {
    const held = find(key, now);
    if (held) holdArtifact(tables, { ...held, consumedAt: now });
  };

  const remove = ({ model, id }: ArtifactKey, now: number): void => {
    const key = compositeKey(model, id);
    const found = artifacts.get(key, Number.NEGATIVE_INFINITY) !== undefined;
    artifacts.delete(key);
    if (found && model === 'AccessToken') recordChange('access-token', fingerprint(id), now);
  };

  const apply = (step: ArtifactStep, now: number): void => {
    if ('put' in step) putArtifact(tables, step.put, now);
    else if ('spend' in step) spend(step.spend, now);
    else remove('take' in step ? step.take : step.remove, now);
  };

  return {
    /** `ArtifactStore.destroy`. */
    remove,
    /** Whether the conditions of all steps hold. */
    hold: (steps: readonly ArtifactStep[], now: number): boolean => steps.every((step) => holds(step, now)),
    /** All steps, or none where a user code is in use. */
    apply: (steps: readonly ArtifactStep[], now: number): void => {
      for (const step of steps) if ('put' in step) rejectRival(step.put, now);
      for (const step of steps) apply(step, now);
    },
  };
};
