import type Koa from 'koa';
import type { GuessBudget } from '#src/families/guess-budget';
import type { FoundCode } from '#src/flows/find-typed-code';
import type { EndOfCode, OpenSession } from '#src/flows/read-open-session';
import { disconnectSignal } from '../sign-in/browser.ts';
import type { SecondScreenFlows } from './flows.ts';
import { pageOf } from './leave.ts';
import type { Screens } from './screens.ts';

interface Deps {
  readonly flows: Pick<SecondScreenFlows, 'links' | 'findTypedCode' | 'readOpenSession' | 'whyGone'>;
  readonly guesses: GuessBudget;
  readonly screens: Pick<Screens, 'open'>;
}

interface Entry {
  readonly typed: string;
  readonly family: string;
  /** Of the link by which the viewer came, if they did. */
  readonly serviceProvider: string;
  readonly ticket: string;
}

/** `why` is told only to who came by a link of ours. */
export type Entered = { readonly next: string } | { readonly why: EndOfCode | undefined };

type Found = FoundCode & { readonly session: OpenSession };

/**
 * Looks up the code of an app that speaks plain REST V2. A typed one counts as a guess unless a viewer can log in with it; one
 * with the ticket of its link was not guessed. Errors: sign_in_attempts_exceeded.
 */
export const createEnterSessionCode = ({ flows, guesses, screens }: Deps) => {
  const find = async (
    ctx: Koa.Context,
    wanted: Parameters<SecondScreenFlows['findTypedCode']>[0],
  ): Promise<Found | undefined> => {
    const found = await flows.findTypedCode(wanted);
    if (!found) return undefined;
    const held = { key: found.key, family: wanted.family, signal: disconnectSignal(ctx) };
    return { ...found, session: await flows.readOpenSession(held) };
  };

  const findTyped = async (ctx: Koa.Context, { typed, family }: Entry): Promise<Found | undefined> => {
    const attempt = await guesses.attempt({ address: ctx.ip });
    const found = await find(ctx, { typed, family });
    if (found?.session.state === 'open') await attempt.release();
    else attempt.wrong();
    return found;
  };

  const goOn = async (ctx: Koa.Context, { key, code, session }: Found): Promise<Entered> => {
    if (session.state === 'ended') return { why: session.why };
    const chooses = session.missing.includes('mvpd');
    const { family, instance } = code;
    const { since } = session;
    return { next: pageOf(await screens.open(ctx, { ...key, family, instance, since, chooses })) };
  };

  return async (ctx: Koa.Context, entry: Entry): Promise<Entered> => {
    const { typed, family, serviceProvider, ticket } = entry;
    const key = { serviceProvider, code: typed };
    if (!flows.links.fits(ticket, key)) {
      const found = await findTyped(ctx, entry);
      return found?.session.state === 'open' ? goOn(ctx, found) : { why: undefined };
    }
    const found = await find(ctx, { typed, family, serviceProvider });
    return found ? goOn(ctx, found) : { why: await flows.whyGone(key) };
  };
};

export type EnterSessionCode = ReturnType<typeof createEnterSessionCode>;
