import type { Instances } from '#src/families/instances';
import type { ForgetServiceTokens } from './forget-service-tokens.ts';

interface Deps {
  readonly instances: Pick<Instances, 'findSignIn' | 'endSignIn'>;
  readonly forgetServiceTokens: ForgetServiceTokens;
}

/** Ends the sign-in of a revoked grant, and drops the cached service tokens of its viewer. */
export const createEndSignIn =
  ({ instances, forgetServiceTokens }: Deps) =>
  async (grant: string): Promise<void> => {
    const signIn = await instances.findSignIn(grant);
    await instances.endSignIn(grant);
    if (signIn) await forgetServiceTokens(signIn.viewer);
  };
