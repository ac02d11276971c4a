import type { SignInStore } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { adopt } from './adopt.ts';
import { applySteps, conditionsOf, unlessCodeIsTaken } from './artifact-steps.ts';
import type { Database } from './database.ts';
import { going, stopUnless } from './gate.ts';
import { lock, lockShared } from './locks.ts';
import { recordSignIn } from './sign-in-row.ts';
import { command } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

/** `SignInStore.open`. Neither the account nor the instance is revoked meanwhile. */
export const createOpenSignIn =
  ({ database, seal }: Deps): SignInStore['open'] =>
  async ({ signIn, instance, adopts, changes }, now) => {
    const { viewer, provenAt } = signIn;
    const { lock: lockArtifacts, conditions } = conditionsOf(changes, now);
    const adoption = { instance: signIn.instance, viewer, now };
    const [, , , , ended, ...rest] = await database
      .transact(
        lockShared('account', viewer),
        lockShared('instance', signIn.instance),
        lock('credentials', signIn.instance),
        lockArtifacts,
        unlessEnded({ viewer, provenAt }),
        ...conditions,
        instance ? addInstance({ ...instance }) : seen({ id: signIn.instance, now }),
        ...(adopts ? [adopt(adoption)] : []),
        recordSignIn({ ...signIn }),
        ...applySteps(seal, changes, now),
      )
      .catch(unlessCodeIsTaken);
    if (ended > 0) return 'ended';
    return rest.slice(0, conditions.length).every((stopped) => stopped === 0) ? 'opened' : 'late';
  };

const unlessEnded = stopUnless(
  `NOT EXISTS (SELECT FROM revocations WHERE kind = 'account' AND id = :viewer)
    AND NOT EXISTS (SELECT FROM accounts WHERE id = :viewer AND ended_at >= :provenAt)`,
);

const addInstance = command(
  `INSERT INTO instances
      (id, app, origin, secret_hash, statement_hash, redirect_uri, device, first_viewer, created_at, seen_at)
    SELECT :id, :app, :origin, :secretHash, :statementHash, :redirectUri, :device, :firstViewer,
      :createdAt::bigint, :seenAt::bigint
    WHERE ${going}`,
);

const seen = command(`UPDATE instances SET seen_at = :now WHERE id = :id AND seen_at < :now AND ${going}`);
