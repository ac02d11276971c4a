import { compositeKey } from '#src/lib/single-flight';
import type { Revocation, RevocationKey, RevocationStore } from '../ports.ts';

const keyOf = ({ kind, id }: RevocationKey): string => compositeKey(kind, id);

export const createRevocationStore = (): RevocationStore => {
  const revocations = new Map<string, { revocation: Revocation; position: number }>();
  let positions = 0;
  return {
    async add(revocation) {
      const known = revocations.get(keyOf(revocation));
      if (known) return known.revocation;
      positions += 1;
      revocations.set(keyOf(revocation), { revocation: { ...revocation }, position: positions });
      return revocation;
    },
    lift: async (key) => revocations.delete(keyOf(key)),
    anyOf: async (keys) => keys.find((key) => revocations.has(keyOf(key))),
    async list({ limit, before = Number.MAX_SAFE_INTEGER }) {
      const older = [...revocations.values()].filter(({ position }) => position < before).reverse();
      const shown = older.slice(0, limit);
      return {
        revocations: shown.map(({ revocation }) => revocation),
        next: older.length > limit ? shown.at(-1)?.position : undefined,
      };
    },
  };
};
