import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { compositeKey } from '#src/lib/single-flight';
import type { Artifact, ArtifactStore, StoredArtifact } from '../ports.ts';
import { createExpiringMap } from './expiring-map.ts';

interface Kept extends Omit<Artifact, 'payload'> {
  /** Stored as text, so that callers cannot change it through a shared object. */
  readonly payload: string;
  readonly consumedAt: number | null;
}

export const createArtifactStore = ({ clock }: { readonly clock: Clock }): ArtifactStore => {
  const artifacts = createExpiringMap<Kept>(clock);

  const keep = (kept: Kept): void =>
    artifacts.set(compositeKey(kept.model, kept.id), kept, kept.expiresAt ?? Number.POSITIVE_INFINITY);
  const find = (model: string, id: string): Kept | undefined => artifacts.get(compositeKey(model, id));
  const newest = (test: (kept: Kept) => boolean): Kept | undefined => artifacts.filter(test).at(-1)?.[1];

  const withUserCode = (model: string, userCode: string): Kept | undefined =>
    newest((kept) => kept.model === model && kept.userCode === userCode);

  return {
    async upsert(artifact) {
      const { model, id, userCode } = artifact;
      const rival = userCode === undefined ? undefined : withUserCode(model, userCode);
      if (rival && rival.id !== id) throw fail('gateway_unavailable', { detail: 'the user code is in use' });
      const consumedAt = find(model, id)?.consumedAt ?? null;
      keep({ ...artifact, payload: JSON.stringify(artifact.payload), consumedAt });
    },
    find: async (model, id) => answer(find(model, id)),
    findByUid: async (model, uid) => answer(newest((kept) => kept.model === model && kept.uid === uid)),
    findByUserCode: async (model, userCode) => answer(withUserCode(model, userCode)),
    async consume(model, id) {
      const kept = find(model, id);
      if (!kept || kept.consumedAt !== null) return false;
      keep({ ...kept, consumedAt: clock.now() });
      return true;
    },
    destroy: async (model, id) => artifacts.delete(compositeKey(model, id)),
    async revokeByGrantId(grantId) {
      for (const [key] of artifacts.filter((kept) => kept.grantId === grantId)) artifacts.delete(key);
    },
  };
};

const answer = (kept: Kept | undefined): StoredArtifact | undefined =>
  kept && { payload: JSON.parse(kept.payload), consumedAt: kept.consumedAt };
