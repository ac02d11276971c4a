import { compositeKey } from '#src/lib/single-flight';
import type { Revocation, RevocationKey, RevocationStore } from '../ports.ts';
import { appendAudit } from './audit.ts';
import { removeGrant } from './grants.ts';
import type { Tables } from './tables.ts';

const keyOf = ({ kind, id }: RevocationKey): string => compositeKey(kind, id);

export const createRevocationStore = (tables: Tables): RevocationStore => {
  const { accounts, signIns, revocations, recordChange, nextPosition } = tables;

  const end = ({ kind, id, at }: Revocation): void => {
    const account = kind === 'account' ? accounts.get(id) : undefined;
    if (account) accounts.set(id, { ...account, endedAt: at });
    for (const [grant, { viewer, instance }] of signIns) {
      if (!(kind === 'account' ? viewer === id : kind === 'instance' && instance === id)) continue;
      signIns.delete(grant);
      removeGrant(tables, grant);
    }
    recordChange(kind === 'jti' ? 'service-token' : kind, id, at);
  };

  return {
    async add(revocation, record) {
      const known = revocations.get(keyOf(revocation));
      if (known) return { revocation: known.revocation };
      revocations.set(keyOf(revocation), { revocation: { ...revocation }, position: nextPosition() });
      end(revocation);
      return { revocation, entry: appendAudit(tables, record) };
    },
    async lift(key, record) {
      return revocations.delete(keyOf(key)) ? { entry: appendAudit(tables, record) } : {};
    },
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
