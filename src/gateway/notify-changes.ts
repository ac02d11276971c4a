import { fingerprint } from '#src/lib/ids';
import type { ChangeKey } from '#src/stores/change-feed';
import type { ArtifactStep } from '#src/stores/expiring-ports';
import type { Stores } from '#src/stores/ports';

interface Deps {
  /** Drops what depends on these in this process, before it returns. */
  invalidate(changes: readonly ChangeKey[]): void;
  /** Does so in the other processes of this gateway. */
  send(changes: readonly ChangeKey[]): Promise<void>;
}

/**
 * The stores of this process. A write invalidates caches before it returns to its caller, also if it failed: it may have
 * been committed all the same. Other processes are notified of what ends somebody's access; what only makes a caller
 * be read again stays in this process.
 */
export const notifyChanges = (stores: Stores, { invalidate, send }: Deps): Stores => {
  const invalidating =
    <A extends readonly unknown[], R>(
      write: (...input: A) => Promise<R>,
      keysOf: (input: A, result?: R) => readonly ChangeKey[],
    ) =>
    async (...input: A): Promise<R> => {
      let result: R | undefined;
      try {
        result = await write(...input);
        return result;
      } finally {
        invalidate(keysOf(input, result));
      }
    };
  const notifying =
    <A extends readonly unknown[], R>(
      write: (...input: A) => Promise<R>,
      keysOf: (input: A) => readonly ChangeKey[],
    ) =>
    async (...input: A): Promise<R> => {
      try {
        return await invalidating(write, keysOf)(...input);
      } finally {
        const keys = keysOf(input);
        if (keys.length > 0) await send(keys);
      }
    };
  const { signIns, revocations, credentials, artifacts } = stores;
  return {
    ...stores,
    signIns: {
      ...signIns,
      open: invalidating(signIns.open, ([opening]) => [
        instanceOf(opening.signIn),
        ...tokensRemovedBy(opening.changes),
      ]),
      end: notifying(signIns.end, ([grant]) => [signIn(grant)]),
    },
    revocations: {
      ...revocations,
      add: notifying(revocations.add, ([{ kind, id }]) => [
        { kind: kind === 'jti' ? 'service-token' : kind, id },
      ]),
    },
    credentials: {
      ...credentials,
      add: invalidating(credentials.add, ([pair]) => [instanceOf(pair)]),
      replace: notifying(credentials.replace, ([old, pair]) => [credential(old), instanceOf(pair)]),
      adopt: invalidating(credentials.adopt, ([instance]) => [instanceOf({ instance })]),
      bring: invalidating(credentials.bring, ([{ to }], pair) => [
        instanceOf({ instance: to }),
        ...(pair ? [credential(pair.id)] : []),
      ]),
    },
    artifacts: {
      ...artifacts,
      change: notifying(artifacts.change, ([steps]) => tokensRemovedBy(steps)),
      destroy: notifying(artifacts.destroy, ([model, id]) => tokensRemovedBy([{ remove: { model, id } }])),
      revokeByGrantId: notifying(artifacts.revokeByGrantId, ([grant]) => [signIn(grant)]),
    },
  };
};

const tokensRemovedBy = (steps: readonly ArtifactStep[]): ChangeKey[] =>
  steps.flatMap((step) => {
    const removed = 'take' in step ? step.take : 'remove' in step ? step.remove : undefined;
    return removed?.model === 'AccessToken' ? [{ kind: 'access-token', id: fingerprint(removed.id) }] : [];
  });

const signIn = (id: string): ChangeKey => ({ kind: 'sign-in', id });
const credential = (id: string): ChangeKey => ({ kind: 'credentials', id });
const instanceOf = ({ instance }: { readonly instance: string }): ChangeKey => ({
  kind: 'instance',
  id: instance,
});
