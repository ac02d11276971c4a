import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { AppConfig } from '#src/config/schema';
import { callbackUri } from '#src/identity/callback-uri';
import type { Checks, RedirectProvider } from '#src/identity/provider';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Deps as ServerDeps } from '../deps.ts';
import type { PageBrand } from '../pages/page-brand.ts';
import type { ProblemPage } from '../pages/problem-page.ts';
import { noteUiLocales } from '../request-facts.ts';
import { disconnectSignal, seeOther } from './browser.ts';
import type { CompleteInteraction } from './complete-interaction.ts';
import type { Interaction } from './decide-once.ts';
import { provenViewer } from './proven-viewer.ts';
import type { RecoveryOf } from './recovery.ts';
import type { Transactions } from './transactions.ts';

export interface CallbackDeps extends Pick<ServerDeps, 'publicOrigin' | 'signIn'> {
  readonly provider: Provider;
  readonly clock: Pick<Clock, 'now'>;
  readonly transactions: Transactions;
  readonly completeInteraction: CompleteInteraction;
  readonly recoveryOf: RecoveryOf;
  readonly problem: ProblemPage;
  readonly pageBrand: PageBrand;
  /** Sign-ins that precede the lookup of a typed code. */
  readonly activations: {
    owns(uid: string): boolean;
    complete(
      ctx: Koa.Context,
      back: { uid: string; provider: string; checks: Checks; provenAt: number },
    ): Promise<void>;
  };
  appOf(interaction: Interaction): Promise<AppConfig>;
  providerOf(interaction: Interaction, id: string): Promise<RedirectProvider>;
}

/** The return from an identity provider. The callback URL is rebuilt on the public origin. */
export const createCallback =
  ({
    publicOrigin,
    provider,
    clock,
    transactions,
    completeInteraction,
    recoveryOf,
    problem,
    pageBrand,
    ...deps
  }: CallbackDeps) =>
  async (ctx: Koa.Context): Promise<void> => {
    let interaction: Interaction | undefined;
    try {
      const id: string = ctx['params'].provider;
      const provenAt = clock.now();
      const { uid, checks, request } = await transactions.take(ctx, id);
      if (deps.activations.owns(uid))
        return await deps.activations.complete(ctx, { uid, provider: id, checks, provenAt });
      interaction = await provider.Interaction.find(uid);
      if (!interaction) throw fail('sign_in_expired', { detail: 'the interaction is over' });
      noteUiLocales(ctx, interaction.params);
      await pageBrand.ofClient(ctx, interaction.params['client_id']);
      const chosen = await deps.providerOf(interaction, id);
      const callback = new URL(ctx.search, callbackUri(publicOrigin, id));
      const identity = await chosen.complete({ callback, checks, request, signal: disconnectSignal(ctx) });
      const account = await deps.signIn({ app: await deps.appOf(interaction), identity });
      const viewer = provenViewer(account.id, identity, provenAt);
      seeOther(ctx, await completeInteraction.signedIn(ctx, interaction, viewer));
    } catch (error) {
      problem(ctx, error, interaction && (await recoveryOf(interaction)));
    }
  };
