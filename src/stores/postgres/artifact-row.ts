import { z } from 'zod';
import { fingerprint } from '#src/lib/ids';
import { type JsonObject, textMember } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type { Artifact, ArtifactKey, StoredArtifact } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import { going } from './gate.ts';
import { moment } from './moment.ts';
import { command, type Statement } from './statement.ts';

export const artifactRow = z.object({
  model: z.string(),
  idHash: z.string(),
  sealedPayload: z.string(),
  consumedAt: z.int().nullable(),
  answerOf: z.string().nullable(),
});

/** By the caller's clock. */
export const unexpired = '(expires_at IS NULL OR expires_at > :now)';

export const hashed = ({ model, id }: ArtifactKey) => ({ model, id: fingerprint(id) });

export const artifactContext = (model: string, idHash: string): string =>
  compositeKey('artifacts', 'sealed_payload', model, idHash);

/** User codes are short: a plain hash could be reversed by trying all of them. */
export const userCodeIndex = (seal: Pick<Seal, 'index'>, userCode: string): string =>
  seal.index(userCode, 'artifacts/user_code');

export const openArtifact = (seal: Seal, found: z.infer<typeof artifactRow>): StoredArtifact => ({
  payload: JSON.parse(
    seal.open(found.sealedPayload, artifactContext(found.model, found.idHash)),
  ) as JsonObject,
  consumedAt: found.consumedAt,
  answerKept: found.answerOf !== null,
});

const hashOrNull = (value: string | undefined): string | null =>
  value === undefined ? null : fingerprint(value);

/** Stored beside the sealed payload, so that both are found in one read (`findForPage`). */
const deviceCodeOf = ({ model, payload }: Artifact): string | undefined =>
  model === 'Interaction' ? textMember(payload, 'deviceCode') : undefined;

/** Inserts or replaces. `answerOf`: the hash of the artifact whose redemption issued it. A grant is its own. */
export const writeArtifact = (
  seal: Seal,
  artifact: Artifact,
  now: number,
  answerOf: string | null = null,
): readonly Statement<void>[] => {
  const { model, id, payload, grantId, userCode, uid, expiresAt } = artifact;
  const hash = fingerprint(id);
  const params = {
    model,
    id: hash,
    payload: seal.seal(JSON.stringify(payload), artifactContext(model, hash)),
    grant: model === 'Grant' ? id : (grantId ?? null),
    userCode: userCode === undefined ? null : userCodeIndex(seal, userCode),
    uid: hashOrNull(uid ?? deviceCodeOf(artifact)),
    expiresAt: expiresAt ?? null,
    now,
    answerOf,
  };
  return [...(userCode === undefined ? [] : [freeUserCode(params)]), upsert(params)];
};

/** Of an artifact that has expired. */
const freeUserCode = command(
  `UPDATE artifacts SET user_code_hash = NULL
    WHERE model = :model AND user_code_hash = :userCode AND id_hash <> :id AND expires_at <= ${moment} AND ${going}`,
);

const upsert = command(
  `INSERT INTO artifacts (model, id_hash, sealed_payload, grant_id, user_code_hash, uid_hash, expires_at, answer_of)
    SELECT :model, :id, :payload, :grant, :userCode, :uid, :expiresAt::bigint, :answerOf WHERE ${going}
    ON CONFLICT (model, id_hash) DO UPDATE SET
      sealed_payload = excluded.sealed_payload, grant_id = excluded.grant_id,
      user_code_hash = excluded.user_code_hash, uid_hash = excluded.uid_hash, expires_at = excluded.expires_at,
      consumed_at = CASE WHEN artifacts.expires_at <= ${moment} THEN NULL ELSE artifacts.consumed_at END`,
);
