import { compositeKey } from '#src/lib/single-flight';
import type { ExchangeStore } from '../expiring-ports.ts';
import { holdArtifact, putArtifact } from './hold-artifact.ts';
import type { Tables } from './tables.ts';

export const createExchangeStore = (tables: Tables): ExchangeStore => {
  const { artifacts, redeemed: spent, signIns } = tables;

  const dropAnswer = (key: string | null): void => {
    const found = key === null ? undefined : spent.get(key, Number.NEGATIVE_INFINITY);
    if (key !== null && found) spent.set(key, { ...found, answer: null }, found.expiresAt);
  };

  return {
    async commit({ redeemed, grant, client, issued, answer, answerUntil, rememberedUntil }, now) {
      const key = compositeKey(redeemed.model, redeemed.id);
      const signIn = signIns.get(grant);
      const held = artifacts.get(key, now);
      if (!signIn || !held || held.consumedAt !== null) return false;
      artifacts.delete(key);
      dropAnswer(held.answerOf);
      const kept = { grant, client, redeemedAt: now, answer: JSON.stringify(answer), answerUntil };
      spent.set(key, { ...kept, expiresAt: rememberedUntil }, rememberedUntil);
      for (const artifact of issued) putArtifact(tables, artifact, now, key);
      const idleAt = Math.max(signIn.idleAt, ...issued.map(({ expiresAt }) => expiresAt ?? 0));
      signIns.set(grant, { ...signIn, idleAt });
      return true;
    },
    async findRedeemed(model, id, now) {
      const found = spent.get(compositeKey(model, id), now);
      if (!found) return undefined;
      const { grant, client, redeemedAt, answer, answerUntil } = found;
      const kept = answer !== null && answerUntil > now ? JSON.parse(answer) : null;
      return { grant, client, redeemedAt, answer: kept };
    },
    async used(model, id) {
      const held = artifacts.get(compositeKey(model, id), Number.NEGATIVE_INFINITY);
      if (!held?.answerOf) return;
      dropAnswer(held.answerOf);
      holdArtifact(tables, { ...held, answerOf: null });
    },
  };
};
