import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Instances } from '#src/families/instances';
import { type Lapse, lapseOf } from '#src/families/lapse';
import type { Clock } from '#src/lib/clock';
import type { SignIn } from '#src/stores/ports';

interface Deps {
  readonly instances: Pick<Instances, 'findSignIn'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds. */
  readonly lifetime: number;
  findApp(id: string): AppConfig | undefined;
  familyOf(app: AppConfig): FamilyConfig;
  endSignIn(grant: string): Promise<void>;
}

export type SignInState = { readonly signIn: SignIn } | { readonly lapse: Lapse | 'ended' };

export type CheckSignIn = ReturnType<typeof createCheckSignIn>;

/** The sign-in of a grant, if it stands by today's settings. One that does not is ended, so that it stays so. */
export const createCheckSignIn =
  ({ instances, clock, lifetime, findApp, familyOf, endSignIn }: Deps) =>
  async (grant: string): Promise<SignInState> => {
    const signIn = await instances.findSignIn(grant);
    if (!signIn) return { lapse: 'ended' };
    const app = findApp(signIn.app);
    const lapse = lapseOf(signIn, { family: app && familyOf(app), lifetime, now: clock.now() });
    if (lapse === undefined) return { signIn };
    await endSignIn(grant);
    return { lapse };
  };
