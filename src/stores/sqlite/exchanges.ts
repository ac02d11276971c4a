import { z } from 'zod';
import { fingerprint } from '#src/lib/ids';
import type { JsonObject } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type { ExchangeStore } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import { createWriteArtifact, unexpired } from './artifact-row.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

export const createExchangeStore = ({ database, seal }: Deps): ExchangeStore => {
  const { signedIn, spend, dropAnswer, remember, stayActive, byId, unlink } = statements(database);
  const writeArtifact = createWriteArtifact({ database, seal });

  return {
    commit: ({ redeemed, grant, client, issued, answer, answerUntil, rememberedUntil }, now) =>
      database.transact(() => {
        const { model } = redeemed;
        const id = fingerprint(redeemed.id);
        if (!signedIn({ grant })) return false;
        const spent = spend({ model, id, now });
        if (!spent) return false;
        if (spent.answerOf !== null) dropAnswer({ id: spent.answerOf });
        const sealed = seal.seal(JSON.stringify(answer), contextOf(model, id));
        remember({ model, id, grant, client, now, answer: sealed, answerUntil, rememberedUntil });
        for (const artifact of issued) writeArtifact(artifact, now, id);
        stayActive({ grant, idleAt: Math.max(0, ...issued.map(({ expiresAt }) => expiresAt ?? 0)) });
        return true;
      }),
    findRedeemed: (model, id, now) =>
      database.run(() => {
        const found = byId({ model, id: fingerprint(id), now });
        if (!found) return undefined;
        const { grant, client, redeemedAt, answer } = found;
        const opened = answer === null ? null : seal.open(answer, contextOf(model, fingerprint(id)));
        return {
          grant,
          client,
          redeemedAt,
          answer: opened === null ? null : (JSON.parse(opened) as JsonObject),
        };
      }),
    used: (model, id) =>
      database.transact(() => {
        const before = unlink({ model, id: fingerprint(id) });
        if (before?.answerOf) dropAnswer({ id: before.answerOf });
      }),
  };
};

const answerOf = z.object({ answerOf: z.string().nullable() });

const statements = (database: Database) => ({
  signedIn: database.one('SELECT 1 AS found FROM sign_ins WHERE grant_id = :grant', z.object({})),
  spend: database.one(
    `DELETE FROM artifacts WHERE model = :model AND id_hash = :id AND consumed_at IS NULL AND ${unexpired}
      RETURNING answer_of AS answerOf`,
    answerOf,
  ),
  dropAnswer: database.command('UPDATE redeemed SET sealed_answer = NULL WHERE id_hash = :id'),
  remember: database.command(
    `INSERT INTO redeemed
        (model, id_hash, grant_id, client, redeemed_at, sealed_answer, answer_until, expires_at)
      VALUES (:model, :id, :grant, :client, :now, :answer, :answerUntil, :rememberedUntil)`,
  ),
  stayActive: database.command('UPDATE sign_ins SET idle_at = max(idle_at, :idleAt) WHERE grant_id = :grant'),
  byId: database.one(
    `SELECT grant_id AS "grant", client, redeemed_at AS redeemedAt,
        iif(answer_until > :now, sealed_answer, NULL) AS answer
      FROM redeemed WHERE id_hash = :id AND model = :model AND expires_at > :now`,
    z.object({
      grant: z.string(),
      client: z.string(),
      redeemedAt: z.int(),
      answer: z.string().nullable(),
    }),
  ),
  // RETURNING gives the values after the update: the link is read first.
  unlink: linked(database),
});

const linked = (database: Database) => {
  const read = database.one(
    'SELECT answer_of AS answerOf FROM artifacts WHERE model = :model AND id_hash = :id',
    answerOf,
  );
  const clear = database.command(
    'UPDATE artifacts SET answer_of = NULL WHERE model = :model AND id_hash = :id',
  );
  return (key: { model: string; id: string }) => {
    const found = read(key);
    if (found?.answerOf) clear(key);
    return found;
  };
};

const contextOf = (model: string, idHash: string): string =>
  compositeKey('redeemed', 'sealed_answer', model, idHash);
