import type { SignIn, SignInStore } from '../ports.ts';
import { removeGrant } from './grants.ts';
import { createOpenSignIn } from './open-sign-in.ts';
import type { Tables } from './tables.ts';

export const createSignInStore = (tables: Tables): SignInStore => {
  const { signIns, recordChange, nextPosition } = tables;
  const find = (grant: string): SignIn | undefined => {
    const found = signIns.get(grant);
    if (!found) return undefined;
    const { position: _, ...signIn } = found;
    return signIn;
  };
  const record = (signIn: SignIn): void => {
    if (!signIns.has(signIn.grant)) signIns.set(signIn.grant, { ...signIn, position: nextPosition() });
  };
  return {
    record: async (signIn) => record(signIn),
    open: createOpenSignIn(tables, record),
    find: async (grant) => find(grant),
    async end(grant, now) {
      removeGrant(tables, grant);
      if (signIns.delete(grant)) recordChange('sign-in', grant, now);
    },
    list: async ({ limit, after = 0 }) =>
      [...signIns.values()].filter(({ position }) => position > after).slice(0, limit),
  };
};
