import { z } from 'zod';
import type { SignInOpening } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { createArtifactSteps } from './artifact-steps.ts';
import { createAdopt } from './credentials.ts';
import type { Database } from './database.ts';
import { createAddInstance, createInstanceSeen } from './instances.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

/** `SignInStore.open`, given what records the sign-in. */
export const createOpenSignIn = (
  { database, seal }: Deps,
  record: (signIn: SignInOpening['signIn']) => void,
) => {
  const steps = createArtifactSteps({ database, seal });
  const adopt = createAdopt(database);
  const addInstance = createAddInstance(database);
  const instanceSeen = createInstanceSeen(database);
  const ended = database.one(
    `SELECT 1 AS found WHERE
      EXISTS (SELECT 1 FROM revocations WHERE kind = 'account' AND id = :viewer)
      OR EXISTS (SELECT 1 FROM accounts WHERE id = :viewer AND ended_at >= :provenAt)`,
    z.object({}),
  );

  return ({ signIn, instance, adopts, changes }: SignInOpening, now: number) =>
    database.transact((): 'opened' | 'ended' | 'late' => {
      if (ended({ viewer: signIn.viewer, provenAt: signIn.provenAt })) return 'ended';
      if (!changes.every((step) => steps.holds(step, now))) return 'late';
      if (instance) addInstance(instance);
      else instanceSeen({ id: signIn.instance, now });
      if (adopts) adopt(signIn.instance, signIn.viewer, now);
      record(signIn);
      for (const step of changes) steps.apply(step, now);
      return 'opened';
    });
};
