import { compositeKey } from '#src/lib/single-flight';
import type { SignInOpening } from '../ports.ts';
import { createArtifactSteps } from './artifact-steps.ts';
import { createAdopt } from './credentials.ts';
import { createAddInstance, createInstanceSeen } from './instances.ts';
import type { Tables } from './tables.ts';

/** `SignInStore.open`, given what records the sign-in. */
export const createOpenSignIn = (tables: Tables, record: (signIn: SignInOpening['signIn']) => void) => {
  const { accounts, revocations } = tables;
  const steps = createArtifactSteps(tables);
  const adopt = createAdopt(tables);
  const addInstance = createAddInstance(tables);
  const instanceSeen = createInstanceSeen(tables);

  const hasEnded = ({ viewer, provenAt }: SignInOpening['signIn']): boolean =>
    revocations.has(compositeKey('account', viewer)) ||
    (accounts.get(viewer)?.endedAt ?? Number.NEGATIVE_INFINITY) >= provenAt;

  return async (
    { signIn, instance, adopts, changes }: SignInOpening,
    now: number,
  ): Promise<'opened' | 'ended' | 'late'> => {
    if (hasEnded(signIn)) return 'ended';
    if (!steps.hold(changes, now)) return 'late';
    if (instance) addInstance(instance);
    else instanceSeen(signIn.instance, now);
    if (adopts) adopt(signIn.instance, signIn.viewer, now);
    record(signIn);
    steps.apply(changes, now);
    return 'opened';
  };
};
