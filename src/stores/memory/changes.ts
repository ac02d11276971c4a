import type { ChangeStore } from '../expiring-ports.ts';
import type { Tables } from './tables.ts';

export const createChangeStore = ({ changes }: Tables): ChangeStore => ({
  latest: async () => changes.at(-1)?.position ?? 0,
  since: async (after, limit) => changes.filter(({ position }) => position > after).slice(0, limit),
});
