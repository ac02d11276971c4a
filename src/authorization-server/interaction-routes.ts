import Router from '@koa/router';
import type Koa from 'koa';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { AppConfig } from '#src/config/schema';
import type { RedirectProvider } from '#src/identity/provider';
import { fail } from '#src/lib/errors';
import type { Conclude, Interaction } from './conclude.ts';
import type { Deps as ServerDeps } from './deps.ts';
import type { InteractionLinks } from './interaction-links.ts';
import type { OwnForms } from './own-forms.ts';
import type { ProblemPage } from './problem-page.ts';
import type { Transactions } from './transactions.ts';

interface Deps extends Pick<ServerDeps, 'publicOrigin' | 'signIn' | 'findViewer'> {
  readonly provider: Provider;
  readonly transactions: Transactions;
  readonly conclude: Conclude;
  readonly forms: OwnForms;
  readonly links: InteractionLinks;
  readonly problem: ProblemPage;
  page(ctx: Koa.Context, interaction: Interaction): Promise<void>;
  appOf(interaction: Interaction): Promise<AppConfig>;
  providerOf(interaction: Interaction, id: string): Promise<RedirectProvider>;
}

type Step = (ctx: Koa.Context, interaction: Interaction) => Promise<void>;

/** Between an app's or device's request and its answer: the viewer's choice, the identity provider, the viewer's yes. */
export const createInteractionRoutes = (deps: Deps): Router => {
  const { provider, transactions, conclude, forms, links, problem } = deps;
  const router = new Router({ sensitive: true, strict: true });
  const callbackUri = (id: string) => `${deps.publicOrigin}/callback/${id}`;

  /** The interaction that this browser's cookie stands for. Errors: sign_in_expired. */
  const current = async (ctx: Koa.Context): Promise<Interaction> => {
    const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch((cause: unknown) => {
      throw cause instanceof errors.SessionNotFound ? fail('sign_in_expired', { cause }) : cause;
    });
    if (interaction.uid !== ctx['params'].uid)
      throw fail('sign_in_expired', { detail: 'another interaction' });
    return interaction;
  };

  /** A step of the current interaction; when it fails, a page that knows the way back to it. */
  const step = (run: Step) => async (ctx: Koa.Context) => {
    let interaction: Interaction | undefined;
    try {
      interaction = await current(ctx);
      await run(ctx, interaction);
    } catch (error) {
      problem(ctx, error, interaction && links(interaction));
    }
  };

  const go = (ctx: Koa.Context, url: string) => {
    ctx.status = 303;
    ctx.redirect(url);
  };

  const signIn: Step = async (ctx, interaction) => {
    const { provider: id = '' } = await forms.read(ctx, interaction.uid);
    const chosen = await deps.providerOf(interaction, id);
    const { url, checks } = await chosen.begin({
      redirectUri: callbackUri(chosen.id),
      signal: untilGone(ctx),
    });
    await transactions.open(ctx, { uid: interaction.uid, provider: chosen.id, checks });
    go(ctx, url.href);
  };

  const approve: Step = async (ctx, interaction) => {
    await forms.read(ctx, interaction.uid);
    const viewer = interaction.prompt.name === 'consent' ? interaction.session?.accountId : undefined;
    if (viewer === undefined || !(await deps.findViewer(viewer)))
      throw fail('sign_in_expired', { detail: 'nobody is signed in who could approve' });
    go(ctx, await conclude.approved(interaction, viewer));
  };

  const deny: Step = async (ctx, interaction) => {
    await forms.read(ctx, interaction.uid);
    go(ctx, await conclude.denied(interaction));
  };

  /** Back from an identity provider, with whatever it said, rebuilt on our own origin. */
  const callback = async (ctx: Koa.Context): Promise<void> => {
    let interaction: Interaction | undefined;
    try {
      const id: string = ctx['params'].provider;
      const { uid, checks } = await transactions.take(ctx, id);
      interaction = await provider.Interaction.find(uid);
      if (!interaction) throw fail('sign_in_expired', { detail: 'the interaction is over' });
      const chosen = await deps.providerOf(interaction, id);
      const url = new URL(ctx.search, callbackUri(chosen.id));
      const identity = await chosen.complete({ callback: url, checks, signal: untilGone(ctx) });
      const account = await deps.signIn({ app: await deps.appOf(interaction), identity });
      go(ctx, await conclude.signedIn(ctx, interaction, account.id));
    } catch (error) {
      problem(ctx, error, interaction && links(interaction));
    }
  };

  router.get('/interaction/:uid', step(deps.page));
  router.post('/interaction/:uid/sign-in', step(signIn));
  router.post('/interaction/:uid/approve', step(approve));
  router.post('/interaction/:uid/deny', step(deny));
  router.get('/callback/:provider', callback);
  return router;
};

/** Whoever works for a request stops when the browser has gone. */
const untilGone = (ctx: Koa.Context): AbortSignal => {
  const gone = new AbortController();
  ctx.res.once('close', () => gone.abort());
  return gone.signal;
};
