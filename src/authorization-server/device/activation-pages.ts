import Router from '@koa/router';
import type Koa from 'koa';
import { callbackUri } from '#src/identity/callback-uri';
import type { Checks, RedirectProvider } from '#src/identity/provider';
import { fail } from '#src/lib/errors';
import { signInFirstPage } from '#src/web/pages/sign-in-first';
import type { Deps as ServerDeps } from '../deps.ts';
import { providerSources } from '../pages/form-source.ts';
import type { OwnForms } from '../pages/own-forms.ts';
import type { PageBrand } from '../pages/page-brand.ts';
import type { ProblemPage, RecoveryLinks } from '../pages/problem-page.ts';
import { show } from '../pages/show.ts';
import { disconnectSignal, seeOther } from '../sign-in/browser.ts';
import { provenViewer } from '../sign-in/proven-viewer.ts';
import type { Transactions } from '../sign-in/transactions.ts';
import type { Activation, Activations } from './activations.ts';
import type { BrowserSession } from './browser-session.ts';
import type { CodeForm } from './code-form.ts';
import type { EnterCode } from './enter-code.ts';
import { formatUserCode } from './user-code.ts';

interface Deps extends Pick<ServerDeps, 'publicOrigin' | 'providersOf' | 'signIn' | 'brands'> {
  readonly activations: Activations;
  readonly browserSession: BrowserSession;
  readonly codeForm: CodeForm;
  readonly enterCode: EnterCode;
  readonly forms: OwnForms;
  readonly problem: ProblemPage;
  readonly pageBrand: PageBrand;
  readonly transactions: Pick<Transactions, 'open'>;
}

interface Return {
  /** As it went out with the transaction. */
  readonly uid: string;
  readonly provider: string;
  readonly checks: Checks;
  /** When the viewer came back, epoch milliseconds. */
  readonly provenAt: number;
}

/** Tells the transactions of activations from those of interactions. */
const prefix = 'activation.';

/** The buttons of an activation's identity providers. */
const createChoices =
  ({ providersOf, forms, brands }: Pick<Deps, 'providersOf' | 'forms' | 'brands'>) =>
  ({ id: activation, family }: Activation) =>
    providersOf(family.apps[0].id).map(({ id, label }) => ({
      id,
      label,
      mark: brands.markOf(id),
      start: {
        action: `/activation/${activation}/sign-in`,
        fields: { ...forms.fieldsFor(activation), provider: id },
      },
    }));

/** Sign-in before a typed code is looked up: choice of the identity provider, and the return from it. */
export const createActivationPages = (deps: Deps) => {
  const { publicOrigin, activations, forms, problem } = deps;
  const choicesOf = createChoices(deps);

  const providerOf = ({ family }: Activation, id: string): RedirectProvider => {
    const found = deps.providersOf(family.apps[0].id).find((candidate) => candidate.id === id);
    if (!found) throw fail('sign_in_expired', { detail: 'the family does not use this identity provider' });
    return found;
  };

  /** Runs a step of an activation. If it fails, the page leads back to the choice. */
  const step = async (ctx: Koa.Context, id: string, run: (activation: Activation) => Promise<void>) => {
    let activation: Activation | undefined;
    try {
      activation = await activations.find(ctx, id);
      deps.pageBrand.ofFamily(ctx, activation.family);
      await run(activation);
    } catch (error) {
      problem(ctx, error, activation && recovery(activation));
    }
  };

  const recovery = (activation: Activation): RecoveryLinks => ({
    page: `/activation/${activation.id}`,
    providers: choicesOf(activation),
    formTargets: providerSources(publicOrigin),
  });

  const choose = (ctx: Koa.Context): Promise<void> =>
    step(ctx, ctx['params'].activation, async (activation) => {
      const { family, code } = activation;
      const providers = choicesOf(activation);
      const view = { code: formatUserCode(code), providers, back: family.path };
      show(ctx, (texts) => signInFirstPage(texts, view), { formTargets: providerSources(publicOrigin) });
    });

  const begin = (ctx: Koa.Context): Promise<void> =>
    step(ctx, ctx['params'].activation, async (activation) => {
      const { provider = '' } = await forms.read(ctx, activation.id);
      const chosen = providerOf(activation, provider);
      const redirectUri = callbackUri(publicOrigin, chosen.id);
      const { url, checks } = await chosen.begin({ redirectUri, signal: disconnectSignal(ctx) });
      const uid = `${prefix}${activation.id}`;
      await deps.transactions.open(ctx, { uid, provider: chosen.id, checks, request: {} });
      seeOther(ctx, url.href);
    });

  const router = new Router({ sensitive: true, strict: true });
  router.get('/activation/:activation', choose);
  router.post('/activation/:activation/sign-in', begin);

  return {
    router,
    owns: (uid: string): boolean => uid.startsWith(prefix),

    /** The viewer returned from an identity provider: signed in, and their code is looked up. */
    complete: (ctx: Koa.Context, { uid, provider, checks, provenAt }: Return): Promise<void> =>
      step(ctx, uid.slice(prefix.length), async (activation) => {
        const { family, code } = activation;
        const callback = new URL(ctx.search, callbackUri(publicOrigin, provider));
        const signal = disconnectSignal(ctx);
        const identity = await providerOf(activation, provider).complete({ callback, checks, signal });
        const account = await deps.signIn({ app: family.apps[0], identity });
        await deps.browserSession.logIn(ctx, provenViewer(account.id, identity, provenAt));
        await activations.end(activation);
        const next = await deps.enterCode(ctx, { code, family, account: account.id });
        if (next !== undefined) seeOther(ctx, next);
        else deps.codeForm.ask(ctx, { path: family.path, typed: code, problem: 'refused' });
      }),
  };
};

export type ActivationPages = ReturnType<typeof createActivationPages>;
