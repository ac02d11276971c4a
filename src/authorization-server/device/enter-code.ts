import type Koa from 'koa';
import type { GuessBudget } from '#src/families/guess-budget';
import type { ActivationFamily } from './activation-families.ts';
import type { OpenDevice } from './open-device.ts';

interface Deps {
  readonly guesses: GuessBudget;
  readonly openDevice: OpenDevice;
}

interface Entry {
  readonly code: string;
  readonly family: ActivationFamily;
  /** The viewer who typed the code. */
  readonly account: string;
}

/**
 * Looks up a code that was typed by hand. Returns where the browser goes next; undefined for a wrong code, which
 * counts against the viewer and their network. Errors: sign_in_attempts_exceeded.
 */
export const createEnterCode =
  ({ guesses, openDevice }: Deps) =>
  async (ctx: Koa.Context, { code, family, account }: Entry): Promise<string | undefined> => {
    const attempt = await guesses.attempt({ address: ctx.ip, account });
    const next = await openDevice(ctx, { code, linked: false, family: family.id });
    if (next === undefined) attempt.wrong();
    else await attempt.release();
    return next;
  };

export type EnterCode = ReturnType<typeof createEnterCode>;
