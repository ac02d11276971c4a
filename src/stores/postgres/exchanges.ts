import { z } from 'zod';
import type { JsonObject } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type { ExchangeStore } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import { hashed, unexpired, writeArtifact } from './artifact-row.ts';
import { unlessCodeIsTaken } from './artifact-steps.ts';
import type { Database } from './database.ts';
import { going, stopUnless } from './gate.ts';
import { lockSignIn } from './grants.ts';
import { command, one } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

export const createExchangeStore = ({ database, seal }: Deps): ExchangeStore => ({
  commit: async ({ redeemed, grant, client, issued, answer, answerUntil, rememberedUntil }, now) => {
    const key = { ...hashed(redeemed), grant, now };
    const sealed = seal.seal(JSON.stringify(answer), contextOf(key));
    const idleAt = Math.max(0, ...issued.map(({ expiresAt }) => expiresAt ?? 0));
    const [, , stopped] = await database
      .transact(
        lockSignIn(key),
        lockArtifact(key),
        unlessRedeemable(key),
        redeem(key),
        remember({ ...key, client, answer: sealed, answerUntil, rememberedUntil }),
        stayActive({ grant, idleAt }),
        ...issued.flatMap((artifact) => writeArtifact(seal, artifact, now, key.id)),
      )
      .catch(unlessCodeIsTaken);
    return stopped === 0;
  },
  findRedeemed: async (model, id, now) => {
    const key = hashed({ model, id });
    const found = await database.run(byId({ ...key, now }));
    if (!found) return undefined;
    const { sealedAnswer, grantId, ...rest } = found;
    const answer =
      sealedAnswer === null ? null : (JSON.parse(seal.open(sealedAnswer, contextOf(key))) as JsonObject);
    return { ...rest, grant: grantId, answer };
  },
  used: (model, id) => database.run(used(hashed({ model, id }))),
});

const contextOf = ({ model, id }: { readonly model: string; readonly id: string }): string =>
  compositeKey('redeemed', 'sealed_answer', model, id);

const place = 'model = :model AND id_hash = :id';

const lockArtifact = command(`SELECT FROM artifacts WHERE ${place} FOR UPDATE`);

const unlessRedeemable = stopUnless(
  `EXISTS (SELECT FROM sign_ins WHERE grant_id = :grant)
    AND EXISTS (SELECT FROM artifacts WHERE ${place} AND consumed_at IS NULL AND ${unexpired})`,
);

/** With it goes the answer that is kept for its own predecessor. */
const redeem = command(
  `WITH spent AS (DELETE FROM artifacts WHERE ${place} AND ${going} RETURNING answer_of)
    UPDATE redeemed SET sealed_answer = NULL FROM spent WHERE id_hash = spent.answer_of`,
);

const remember = command(
  `INSERT INTO redeemed (model, id_hash, grant_id, client, redeemed_at, sealed_answer, answer_until, expires_at)
    SELECT :model, :id, :grant, :client, :now::bigint, :answer, :answerUntil::bigint, :rememberedUntil::bigint
    WHERE ${going}`,
);

const stayActive = command(
  `UPDATE sign_ins SET idle_at = greatest(idle_at, :idleAt) WHERE grant_id = :grant AND ${going}`,
);

const byId = one(
  `SELECT grant_id, client, redeemed_at, CASE WHEN answer_until > :now THEN sealed_answer END AS sealed_answer
    FROM redeemed WHERE ${place} AND expires_at > :now`,
  z.object({
    grantId: z.string(),
    client: z.string(),
    redeemedAt: z.int(),
    sealedAnswer: z.string().nullable(),
  }),
);

const used = command(
  `WITH before AS (SELECT answer_of FROM artifacts WHERE ${place} AND answer_of IS NOT NULL FOR UPDATE),
    unlinked AS (UPDATE artifacts SET answer_of = NULL WHERE ${place} AND EXISTS (SELECT FROM before))
    UPDATE redeemed SET sealed_answer = NULL FROM before WHERE id_hash = before.answer_of`,
);
