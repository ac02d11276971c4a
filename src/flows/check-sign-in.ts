import type { AppConfig, FamilyConfig } from '#src/config/schema';
import type { Instances } from '#src/families/instances';
import { type Lapse, lapseOf } from '#src/families/lapse';
import type { Clock } from '#src/lib/clock';
import type { SignIn } from '#src/stores/ports';

interface Deps {
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds. */
  readonly lifetime: number;
  findApp(id: string): AppConfig | undefined;
  familyOf(app: AppConfig): FamilyConfig;
  endSignIn(grant: string): Promise<void>;
}

export type SignInState =
  /** It stands until then, epoch milliseconds, unless it ends before. */
  { readonly signIn: SignIn; readonly until: number } | { readonly lapse: Lapse | 'ended' };

/** Whether a sign-in that was read stands by today's settings. One that does not is ended, so that it stays so. */
export const createJudgeSignIn =
  ({ clock, lifetime, findApp, familyOf, endSignIn }: Deps) =>
  async (signIn: SignIn | undefined): Promise<SignInState> => {
    if (!signIn) return { lapse: 'ended' };
    const app = findApp(signIn.app);
    const lapse = lapseOf(signIn, { family: app && familyOf(app), lifetime, now: clock.now() });
    if (lapse === undefined) return { signIn, until: signIn.provenAt + lifetime };
    await endSignIn(signIn.grant);
    return { lapse };
  };

export type JudgeSignIn = ReturnType<typeof createJudgeSignIn>;

/** The same for the sign-in of a grant. */
export const createCheckSignIn =
  ({
    instances,
    judge,
  }: {
    readonly instances: Pick<Instances, 'findSignIn'>;
    readonly judge: JudgeSignIn;
  }) =>
  async (grant: string): Promise<SignInState> =>
    judge(await instances.findSignIn(grant));

export type CheckSignIn = ReturnType<typeof createCheckSignIn>;
