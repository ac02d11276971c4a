import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Revocation, RevocationKey, RevocationStore } from '#src/stores/ports';

interface Deps {
  readonly store: RevocationStore;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Revoked accounts, instances and service tokens (by jti). Nothing is cached: each call reads the store, so that a
 * revocation takes effect on every node as soon as it is stored.
 */
export const createRevocations = ({ store, clock }: Deps) => ({
  /** No effect if revoked already. Ended sign-ins stay ended when the revocation is lifted. */
  revoke: ({ kind, id, reason }: RevocationKey & { readonly reason: string }): Promise<Revocation> =>
    store.add({ kind, id, reason, at: clock.now() }),

  /** True if it was revoked. */
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

/** The revocation keys of a caller: the instance, and the viewer signed in on it. */
export const keysOf = (instance: string, viewer?: string): RevocationKey[] => [
  { kind: 'instance', id: instance },
  ...(viewer === undefined ? [] : [{ kind: 'account', id: viewer } as const]),
];
