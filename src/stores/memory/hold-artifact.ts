import { compositeKey } from '#src/lib/single-flight';
import type { Artifact } from '../expiring-ports.ts';
import type { HeldArtifact, Tables } from './tables.ts';

/** Inserts or replaces; a consumed artifact stays consumed until it expires. */
export const putArtifact = (
  tables: Tables,
  { payload, ...artifact }: Artifact,
  now: number,
  answerOf: string | null = null,
): void => {
  const known = tables.artifacts.get(compositeKey(artifact.model, artifact.id), now);
  holdArtifact(tables, {
    ...artifact,
    payload: JSON.stringify(payload),
    consumedAt: known?.consumedAt ?? null,
    position: known?.position ?? tables.nextPosition(),
    answerOf: known?.answerOf ?? answerOf,
  });
};

export const holdArtifact = ({ artifacts }: Tables, held: HeldArtifact): void =>
  artifacts.set(compositeKey(held.model, held.id), held, held.expiresAt ?? Number.POSITIVE_INFINITY);
