import { textMember } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type { ArtifactStore, StoredArtifact } from '../expiring-ports.ts';
import { createArtifactSteps } from './artifact-steps.ts';
import { holdArtifact } from './hold-artifact.ts';
import type { HeldArtifact, Tables } from './tables.ts';

export const createArtifactStore = (tables: Tables): ArtifactStore => {
  const { artifacts, recordChange } = tables;
  const steps = createArtifactSteps(tables);
  const find = (model: string, id: string, now: number): HeldArtifact | undefined =>
    artifacts.get(compositeKey(model, id), now);
  const newest = (test: (held: HeldArtifact) => boolean, now: number): HeldArtifact | undefined =>
    artifacts.filter(test, now).at(-1)?.[1];

  const withUserCode = (model: string, userCode: string, now: number): HeldArtifact | undefined =>
    newest((held) => held.model === model && held.userCode === userCode, now);

  return {
    upsert: async (artifact, now) => steps.apply([{ put: artifact }], now),
    async change(change, now) {
      if (!steps.hold(change, now)) return false;
      steps.apply(change, now);
      return true;
    },
    find: async (model, id, now) => answer(find(model, id, now)),
    async findForPage({ interaction: id = '', session = '' }, now) {
      const interaction = answer(find('Interaction', id, now));
      const code = interaction && textMember(interaction.payload, 'deviceCode');
      return {
        interaction,
        deviceCode: answer(find('DeviceCode', code ?? '', now)),
        session: answer(find('Session', session, now)),
      };
    },
    findByUid: async (model, uid, now) =>
      answer(newest((held) => held.model === model && held.uid === uid, now)),
    findByUserCode: async (model, userCode, now) => answer(withUserCode(model, userCode, now)),
    async consume(model, id, now) {
      const held = find(model, id, now);
      if (!held || held.consumedAt !== null) return false;
      holdArtifact(tables, { ...held, consumedAt: now });
      return true;
    },
    destroy: async (model, id, now) => steps.remove({ model, id }, now),
    async revokeByGrantId(grantId, now) {
      const issued = artifacts.filter((held) => held.grantId === grantId, Number.NEGATIVE_INFINITY);
      for (const [key] of issued) artifacts.delete(key);
      if (issued.length > 0) recordChange('sign-in', grantId, now);
    },
    list: async (model, { limit, after = 0, now }) =>
      artifacts
        .filter((held) => held.model === model && held.position > after, now)
        .map(([, held]) => held)
        .sort((a, b) => a.position - b.position)
        .slice(0, limit)
        .flatMap((held) => {
          const artifact = answer(held);
          return artifact ? [{ ...artifact, position: held.position }] : [];
        }),
  };
};

const answer = (held: HeldArtifact | undefined): StoredArtifact | undefined =>
  held && {
    payload: JSON.parse(held.payload),
    consumedAt: held.consumedAt,
    answerKept: held.answerOf !== null,
  };
