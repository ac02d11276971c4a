import { fingerprint } from '#src/lib/ids';
import { compositeKey } from '#src/lib/single-flight';
import type { Artifact } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

export const unexpired = '(expires_at IS NULL OR expires_at > :now)';

export const contextOf = (model: string, idHash: string): string =>
  compositeKey('artifacts', 'sealed_payload', model, idHash);

/** User codes are short: a plain hash could be reversed by trying all of them. */
export const userCodeIndex = (seal: Pick<Seal, 'index'>, userCode: string): string =>
  seal.index(userCode, 'artifacts/user_code');

/** Inserts or replaces an artifact; part of a transaction. `answerOf`: the hash of the artifact whose redemption issued it. */
export const createWriteArtifact = ({ database, seal }: Deps) => {
  const upsert = database.command(
    `INSERT INTO artifacts (model, id_hash, sealed_payload, grant_hash, user_code_hash, uid_hash, expires_at,
        consumed_at, answer_of)
      VALUES (:model, :id, :payload, :grant, :userCode, :uid, :expiresAt, NULL, :answerOf)
      ON CONFLICT (model, id_hash) DO UPDATE SET
        sealed_payload = excluded.sealed_payload, grant_hash = excluded.grant_hash,
        user_code_hash = excluded.user_code_hash, uid_hash = excluded.uid_hash,
        expires_at = excluded.expires_at, consumed_at = iif(${unexpired}, consumed_at, NULL)`,
  );
  const hashOrNull = (value: string | undefined): string | null =>
    value === undefined ? null : fingerprint(value);

  return (
    { model, id, payload, grantId, userCode, uid, expiresAt }: Artifact,
    now: number,
    answerOf: string | null = null,
  ) => {
    const hash = fingerprint(id);
    upsert({
      model,
      id: hash,
      payload: seal.seal(JSON.stringify(payload), contextOf(model, hash)),
      grant: hashOrNull(grantId),
      userCode: userCode === undefined ? null : userCodeIndex(seal, userCode),
      uid: hashOrNull(uid),
      expiresAt: expiresAt ?? null,
      now,
      answerOf,
    });
  };
};
