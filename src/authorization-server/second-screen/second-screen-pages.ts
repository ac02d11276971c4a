import Router from '@koa/router';
import type Koa from 'koa';
import { searchProviders } from '#src/flows/picker-rules';
import type { OpenSession } from '#src/flows/read-open-session';
import { fail, hasCode } from '#src/lib/errors';
import { chooseTvProviderPage, logoSources } from '#src/web/pages/choose-tv-provider';
import { continueToProviderPage } from '#src/web/pages/continue-to-provider';
import { providerSources } from '../pages/form-source.ts';
import type { OwnForms } from '../pages/own-forms.ts';
import type { PageBrand } from '../pages/page-brand.ts';
import { againAt, type ProblemPage } from '../pages/problem-page.ts';
import { show } from '../pages/show.ts';
import { disconnectSignal, seeOther } from '../sign-in/browser.ts';
import type { SecondScreenFlows } from './flows.ts';
import { type Leave, pageOf } from './leave.ts';
import { elsewherePage, endPage, loggedInPage, waitingPage } from './notices.ts';
import type { Screen, Screens } from './screens.ts';

interface Deps {
  readonly publicOrigin: string;
  readonly flows: SecondScreenFlows;
  readonly screens: Screens;
  readonly leave: Leave;
  readonly forms: OwnForms;
  readonly problem: ProblemPage;
  readonly pageBrand: PageBrand;
}

/** Milliseconds for which a page waits for the profile, and seconds after which it asks again. */
const hold = 5_000;
const refreshAfter = 3;

/** So many are seen without a search. */
const few = 8;

type Step = (ctx: Koa.Context, screen: Screen) => Promise<void>;

const held = (ctx: Koa.Context, { serviceProvider, code, family }: Screen) => ({
  key: { serviceProvider, code },
  family,
  signal: disconnectSignal(ctx),
});

const showEnd = (ctx: Koa.Context, why: Parameters<typeof endPage>[1]): void =>
  show(ctx, (texts) => endPage(texts, why), { status: 400 });

const createShowLoggedIn =
  ({ flows }: Pick<Deps, 'flows'>) =>
  async (ctx: Koa.Context, { instance }: Screen): Promise<void> => {
    const app = await flows.appOf(instance);
    if (!app) throw fail('sign_in_expired', { detail: 'the app no longer exists' });
    show(ctx, (texts) => loggedInPage(texts, app));
  };

const createFormOf =
  ({ forms }: Pick<Deps, 'forms'>) =>
  (screen: Screen) => ({ action: pageOf(screen), fields: forms.fieldsFor(screen.id) });

const createShowChoice = ({ flows, forms, publicOrigin }: Pick<Deps, 'flows' | 'forms' | 'publicOrigin'>) => {
  const formOf = createFormOf({ forms });
  return async (ctx: Koa.Context, screen: Screen, isRefused = false): Promise<void> => {
    const { app, providers } = await flows.listForCode(held(ctx, screen), screen.mvpd);
    const query = String(ctx.query['q'] ?? '').slice(0, 100);
    const found = searchProviders(providers, query);
    const search = providers.length > few ? { action: pageOf(screen), fields: {}, query } : undefined;
    const view = { app: app.name, providers: found, choose: formOf(screen), search, isRefused };
    show(ctx, (texts) => chooseTvProviderPage(texts, view), {
      status: isRefused ? 400 : 200,
      formTargets: providerSources(publicOrigin),
      imageSources: logoSources(found),
    });
  };
};

/**
 * After a right code: choice of the TV provider, the way there, and the return. Each page tells what is so now, however often it
 * is opened.
 */
export const createSecondScreenPages = (deps: Deps): Router => {
  const { publicOrigin, flows, screens, leave, forms, problem } = deps;

  const step = (run: Step) => async (ctx: Koa.Context) => {
    try {
      const screen = await screens.find(ctx, String(ctx['params'].screen));
      const app = await flows.appOf(screen.instance);
      if (app) deps.pageBrand.ofApp(ctx, app);
      await run(ctx, screen);
    } catch (error) {
      if (hasCode(error, 'invalid_authentication_session')) showEnd(ctx, 'expired');
      else if (run === done && hasCode(error, 'sign_in_expired')) show(ctx, elsewherePage);
      else problem(ctx, error, againAt(ctx.path));
    }
  };

  const showLoggedIn = createShowLoggedIn(deps);

  /** Who logged in here has used the code. */
  const unlessEnded = async (
    ctx: Koa.Context,
    screen: Screen,
    run: (session: Extract<OpenSession, { state: 'open' }>) => Promise<void>,
  ): Promise<void> => {
    if (screen.done) return showLoggedIn(ctx, screen);
    const session = await flows.readOpenSession(held(ctx, screen));
    if (session.state === 'open') return run(session);
    if (session.why === 'used') return showLoggedIn(ctx, screen);
    showEnd(ctx, session.why);
  };

  const formOf = createFormOf(deps);
  const showChoice = createShowChoice(deps);
  const formTargets = providerSources(publicOrigin);

  const open: Step = (ctx, screen) =>
    unlessEnded(ctx, screen, async ({ instance }) => {
      if (screen.chooses) return showChoice(ctx, screen);
      const app = await flows.appOf(instance);
      const view = { app: app?.name ?? '', start: formOf(screen) };
      show(ctx, (texts) => continueToProviderPage(texts, view), { formTargets });
    });

  const choose: Step = async (ctx, screen) => {
    const { mvpd = '' } = await forms.read(ctx, screen.id);
    await unlessEnded(ctx, screen, async ({ missing }) => {
      if (screen.chooses) {
        const { providers } = await flows.listForCode(held(ctx, screen), screen.mvpd);
        if (!providers.some(({ id }) => id === mvpd)) return showChoice(ctx, screen, true);
      }
      const departure = { screen, missing, mvpd: screen.chooses ? mvpd : undefined };
      const next = await leave(ctx, departure);
      if (next !== undefined) seeOther(ctx, next);
      else await showChoice(ctx, screen, true);
    });
  };

  /** The browser is back. That alone says nothing: the profile does. */
  const done: Step = async (ctx, screen) => {
    if (screen.done) return showLoggedIn(ctx, screen);
    const { key, family, signal } = held(ctx, screen);
    const found = await flows.awaitCodeProfile({ key, family, since: screen.since, signal, hold });
    if (found === 'there') {
      await screens.change(ctx, { ...screen, done: true });
      return showLoggedIn(ctx, screen);
    }
    if (found === 'ended') return showEnd(ctx, await flows.whyGone(key));
    ctx.set('Refresh', String(refreshAfter));
    show(ctx, (texts) => waitingPage(texts, screen));
  };

  const router = new Router({ sensitive: true, strict: true });
  router.get('/second-screen/:screen', step(open));
  router.post('/second-screen/:screen', step(choose));
  router.get('/second-screen/:screen/done', step(done));
  return router;
};
