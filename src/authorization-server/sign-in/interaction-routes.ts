import Router from '@koa/router';
import type Koa from 'koa';
import { errors } from 'oidc-provider';
import { callbackUri } from '#src/identity/callback-uri';
import { fail } from '#src/lib/errors';
import type { OwnForms } from '../pages/own-forms.ts';
import { noteUiLocales } from '../request-facts.ts';
import { disconnectSignal, seeOther } from './browser.ts';
import { type CallbackDeps, createCallback } from './callback.ts';
import type { Interaction } from './decide-once.ts';
import { requestedBy } from './requested.ts';
import type { SessionViewerOf } from './session-viewer.ts';

interface Deps extends CallbackDeps {
  readonly forms: OwnForms;
  readonly sessionViewerOf: SessionViewerOf;
  page(ctx: Koa.Context, interaction: Interaction): Promise<void>;
}

type Step = (ctx: Koa.Context, interaction: Interaction) => Promise<void>;

/** Between the request of an app or device and the response: choice of the identity provider, sign-in, approval. */
export const createInteractionRoutes = (deps: Deps): Router => {
  const { provider, transactions, completeInteraction, forms, recoveryOf, problem } = deps;
  const router = new Router({ sensitive: true, strict: true });

  /** The interaction that this browser's cookie names. Errors: sign_in_expired. */
  const current = async (ctx: Koa.Context): Promise<Interaction> => {
    const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch((cause: unknown) => {
      throw cause instanceof errors.SessionNotFound ? fail('sign_in_expired', { cause }) : cause;
    });
    if (interaction.uid !== ctx['params'].uid)
      throw fail('sign_in_expired', { detail: 'another interaction' });
    noteUiLocales(ctx, interaction.params);
    return interaction;
  };

  /** Runs a step of the current interaction. If it fails, the page shows how to go on. */
  const step = (run: Step) => async (ctx: Koa.Context) => {
    let interaction: Interaction | undefined;
    try {
      interaction = await current(ctx);
      await deps.pageBrand.ofClient(ctx, interaction.params['client_id']);
      await run(ctx, interaction);
    } catch (error) {
      problem(ctx, error, interaction && (await recoveryOf(interaction)));
    }
  };

  const signIn: Step = async (ctx, interaction) => {
    const { provider: id = '', account } = await forms.read(ctx, interaction.uid);
    const chosen = await deps.providerOf(interaction, id);
    const request = requestedBy(interaction, { otherAccount: account === 'other' });
    const { url, checks } = await chosen.begin({
      redirectUri: callbackUri(deps.publicOrigin, chosen.id),
      request,
      signal: disconnectSignal(ctx),
    });
    await transactions.open(ctx, { uid: interaction.uid, provider: chosen.id, checks, request });
    seeOther(ctx, url.href);
  };

  const approve: Step = async (ctx, interaction) => {
    await forms.read(ctx, interaction.uid);
    const viewer = await deps.sessionViewerOf(interaction);
    if (!viewer) throw fail('sign_in_expired', { detail: 'no viewer is signed in who could approve' });
    seeOther(ctx, await completeInteraction.approved(interaction, viewer));
  };

  const deny: Step = async (ctx, interaction) => {
    await forms.read(ctx, interaction.uid);
    seeOther(ctx, await completeInteraction.denied(interaction));
  };

  router.get('/interaction/:uid', step(deps.page));
  router.post('/interaction/:uid/sign-in', step(signIn));
  router.post('/interaction/:uid/approve', step(approve));
  router.post('/interaction/:uid/deny', step(deny));
  router.get('/callback/:provider', createCallback(deps));
  return router;
};
