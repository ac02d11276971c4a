import { fail } from '#src/lib/errors';
import type { AuditRecord } from '#src/stores/audit-ports';
import type { RevocationKey, RevocationStore } from '#src/stores/ports';

/**
 * Revoked accounts, instances and service tokens (by jti). Nothing is cached: each call reads the store, so that a
 * revocation takes effect on every node as soon as it is stored.
 */
export const createRevocations = ({ store }: { readonly store: RevocationStore }) => ({
  /** No effect if revoked already. Ended sign-ins stay ended when the revocation is lifted. */
  revoke: ({ kind, id }: RevocationKey, record: AuditRecord) =>
    store.add({ kind, id, reason: record.reason, at: record.at }, record),

  /** Without an entry it was not revoked. */
  lift: store.lift,

  list: store.list,

  /** The first of these keys that is revoked. */
  anyOf: (keys: readonly RevocationKey[]): Promise<RevocationKey | undefined> => store.anyOf(keys),

  /** Errors: gateway_revoked. */
  refuse: async (keys: readonly RevocationKey[]): Promise<void> => {
    const revoked = await store.anyOf(keys);
    if (revoked) throw fail('gateway_revoked', { detail: `the ${revoked.kind} is revoked` });
  },
});

export type Revocations = ReturnType<typeof createRevocations>;

/** The revocation keys of a caller: the instance, and the viewer signed in on it. */
export const keysOf = (instance: string, viewer?: string): RevocationKey[] => [
  { kind: 'instance', id: instance },
  ...(viewer === undefined ? [] : [{ kind: 'account', id: viewer } as const]),
];
