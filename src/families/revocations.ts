import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Revocation, RevocationKey, RevocationStore, SignInStore } from '#src/stores/ports';

interface Deps {
  readonly store: RevocationStore;
  readonly signIns: Pick<SignInStore, 'endAll'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Accounts, instances and service tokens (by jti) that must not be served any more. Nothing is kept in memory: each
 * call asks the store, so that a revocation holds on every node from the moment it is stored.
 */
export const createRevocations = ({ store, signIns, clock }: Deps) => ({
  /** Once: for what is revoked already, what is stored stands. The sign-ins end for good, also when it is lifted. */
  revoke: async ({ kind, id, reason }: RevocationKey & { readonly reason: string }): Promise<Revocation> => {
    const revocation = await store.add({ kind, id, reason, at: clock.now() });
    if (kind === 'account') await signIns.endAll({ viewer: id });
    if (kind === 'instance') await signIns.endAll({ instance: id });
    return revocation;
  },

  /** True when it was revoked. */
  lift: (key: RevocationKey): Promise<boolean> => store.lift(key),

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

/** What stands behind a call: the instance, and the viewer who is signed in on it. */
export const keysOf = (instance: string, viewer?: string): RevocationKey[] => [
  { kind: 'instance', id: instance },
  ...(viewer === undefined ? [] : [{ kind: 'account', id: viewer } as const]),
];
