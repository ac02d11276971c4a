import type { ChangeStore } from '../expiring-ports.ts';
import type { Tables } from './tables.ts';

export const createChangeStore = ({ changes, latestChange, recordChange }: Tables): ChangeStore => ({
  record: async ({ kind, id, at }) => recordChange(kind, id, at),
  latest: async () => latestChange(),
  since: async (after, limit) => changes.filter(({ position }) => position > after).slice(0, limit),
});
