import type { KeyFileStore } from '../key-ports.ts';
import type { Tables } from './tables.ts';

export const createKeyFileStore = ({ keyFiles, recordChange }: Tables): KeyFileStore => ({
  list: async () =>
    [...keyFiles].map(([name, sealed]) => ({ name, sealed })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  change: async (steps, now) => {
    if (steps.some(({ name, before }) => (keyFiles.get(name) ?? null) !== before)) return false;
    for (const { name, after } of steps) {
      if (after === null) keyFiles.delete(name);
      else keyFiles.set(name, after);
      recordChange('keys', name, now);
    }
    return true;
  },
});
