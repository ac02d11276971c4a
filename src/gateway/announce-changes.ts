import { fingerprint } from '#src/lib/ids';
import type { ChangeKey } from '#src/stores/change-feed';
import type { ArtifactStep } from '#src/stores/expiring-ports';
import type { Stores } from '#src/stores/ports';

interface Deps {
  /** Acts on changes in this process, before it returns. */
  tell(changes: readonly ChangeKey[]): void;
  /** Tells the other processes of this gateway. */
  send(changes: readonly ChangeKey[]): Promise<void>;
}

/**
 * The stores of this process. What a write changes is told before whoever asked for it has the answer, also if the write
 * failed: it may have been done all the same. What only makes a caller read again is told here, what ended to the other
 * processes too.
 */
export const announceChanges = (stores: Stores, { tell, send }: Deps): Stores => {
  const told =
    <A extends readonly unknown[], R>(
      change: (...input: A) => Promise<R>,
      keysOf: (input: A, result?: R) => readonly ChangeKey[],
    ) =>
    async (...input: A): Promise<R> => {
      let result: R | undefined;
      try {
        result = await change(...input);
        return result;
      } finally {
        tell(keysOf(input, result));
      }
    };
  const announced =
    <A extends readonly unknown[], R>(
      change: (...input: A) => Promise<R>,
      keysOf: (input: A) => readonly ChangeKey[],
    ) =>
    async (...input: A): Promise<R> => {
      try {
        return await told(change, keysOf)(...input);
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
      open: told(signIns.open, ([opening]) => [on(opening.signIn), ...removedIn(opening.changes)]),
      end: announced(signIns.end, ([grant]) => [signIn(grant)]),
    },
    revocations: {
      ...revocations,
      add: announced(revocations.add, ([{ kind, id }]) => [
        { kind: kind === 'jti' ? 'service-token' : kind, id },
      ]),
    },
    credentials: {
      ...credentials,
      add: told(credentials.add, ([pair]) => [on(pair)]),
      replace: announced(credentials.replace, ([old, pair]) => [credential(old), on(pair)]),
      adopt: told(credentials.adopt, ([instance]) => [on({ instance })]),
      bring: told(credentials.bring, ([{ to }], pair) => [
        on({ instance: to }),
        ...(pair ? [credential(pair.id)] : []),
      ]),
    },
    artifacts: {
      ...artifacts,
      change: announced(artifacts.change, ([steps]) => removedIn(steps)),
      destroy: announced(artifacts.destroy, ([model, id]) => removedIn([{ remove: { model, id } }])),
      revokeByGrantId: announced(artifacts.revokeByGrantId, ([grant]) => [signIn(grant)]),
    },
  };
};

/** Access tokens among what steps remove. */
const removedIn = (steps: readonly ArtifactStep[]): ChangeKey[] =>
  steps.flatMap((step) => {
    const removed = 'take' in step ? step.take : 'remove' in step ? step.remove : undefined;
    return removed?.model === 'AccessToken' ? [{ kind: 'access-token', id: fingerprint(removed.id) }] : [];
  });

const signIn = (id: string): ChangeKey => ({ kind: 'sign-in', id });
const credential = (id: string): ChangeKey => ({ kind: 'credentials', id });
const on = ({ instance }: { readonly instance: string }): ChangeKey => ({ kind: 'instance', id: instance });
