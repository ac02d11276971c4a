import type { SignIn, SignInStore } from '../ports.ts';

export const createSignInStore = (): SignInStore => {
  const signIns = new Map<string, SignIn>();
  return {
    async record(signIn) {
      if (!signIns.has(signIn.grant)) signIns.set(signIn.grant, { ...signIn });
    },
    find: async (grant) => signIns.get(grant),
    async move(grant, instance) {
      const signIn = signIns.get(grant);
      if (signIn) signIns.set(grant, { ...signIn, instance });
    },
    async end(grant) {
      signIns.delete(grant);
    },
    async endAll(of) {
      for (const [grant, { viewer, instance }] of signIns) {
        if ('viewer' in of ? viewer === of.viewer : instance === of.instance) signIns.delete(grant);
      }
    },
  };
};
