import Router from '@koa/router';
import type { NextForDevice } from '#src/flows/log-in-for-device';
import { searchProviders, type TvProvider } from '#src/flows/picker-rules';
import { chooseTvProviderPage, logoSources } from '#src/web/pages/choose-tv-provider';
import { finishTvProviderPage } from '#src/web/pages/finish-tv-provider';
import type { Deps as ServerDeps } from '../deps.ts';
import { providerSources } from '../pages/form-source.ts';
import type { OwnForms } from '../pages/own-forms.ts';
import { show } from '../pages/show.ts';
import { disconnectSignal, seeOther } from '../sign-in/browser.ts';
import { showDeviceSuccess, showLater } from './device-success.ts';
import { tvProviderPath } from './paths.ts';
import { linksOf, type Visit } from './visit.ts';
import type { VisitStep } from './visit-step.ts';

interface Deps extends Pick<ServerDeps, 'publicOrigin' | 'log' | 'logInForDevice'> {
  readonly forms: OwnForms;
  readonly step: VisitStep;
}

/** Milliseconds that the page waits for the profile when the browser comes back: Adobe is asked again after four seconds. */
const holdOnReturn = 5_000;

/** More than a screen of a phone shows. */
const manyProviders = 8;

/** The query of the choice while a login is under way. */
const otherChoice = { other: '1' };

/**
 * Where the browser that approved a device goes on to its TV provider: the viewer chooses one and signs in there. Each page can be
 * loaded again: what has begun is looked up, not begun once more.
 */
export const createTvProviderPages = (deps: Deps): Router => {
  const { publicOrigin, forms, logInForDevice, step } = deps;
  const showNext = createShowNext(deps);

  const placeOf = ({ ctx, approval }: Visit) => ({
    returnTo: new URL(linksOf(approval).back, publicOrigin),
    signal: disconnectSignal(ctx),
  });
  /** At the gateway, which knows where Adobe is. */
  const goToLogin = ({ ctx }: Visit, { url }: { readonly url: string }): void =>
    seeOther(ctx, new URL(url, publicOrigin).href);

  const look = async (visit: Visit): Promise<void> => {
    const choosesAgain = visit.ctx.query['other'] !== undefined;
    showNext(visit, await logInForDevice.next(visit.approval, { ...placeOf(visit), choosesAgain }));
  };

  const comeBack = async (visit: Visit): Promise<void> =>
    showNext(visit, await logInForDevice.next(visit.approval, { ...placeOf(visit), hold: holdOnReturn }));

  const goOn = async (visit: Visit): Promise<void> => {
    const next = await logInForDevice.next(visit.approval, placeOf(visit));
    if (next.kind === 'open') goToLogin(visit, next.login);
    else showNext(visit, next);
  };

  const choose = async (visit: Visit): Promise<void> => {
    const { ctx, approval, app } = visit;
    const { page } = linksOf(approval);
    const { mvpd = '' } = await forms.read(ctx, page);
    const begun = await logInForDevice.begin(approval, { ...placeOf(visit), mvpd });
    if (!begun) seeOther(ctx, page);
    else if (begun.kind === 'open') goToLogin(visit, begun.login);
    else showDeviceSuccess(ctx, app);
  };

  const router = new Router({ sensitive: true, strict: true });
  const path = tvProviderPath(':id');
  router.get(path, step(look));
  router.post(path, step(choose));
  router.get(`${path}/login`, step(goOn));
  router.get(`${path}/return`, step(comeBack));
  router.get(
    `${path}/later`,
    step(async ({ ctx, app }) => showLater(ctx, app)),
  );
  return router;
};

const createShowNext = ({ publicOrigin, forms, log }: Deps) => {
  const choose = ({ ctx, approval, app }: Visit, all: readonly TvProvider[]): void => {
    const { page, later } = linksOf(approval);
    const query = String(ctx.query['q'] ?? '').slice(0, 100);
    const providers = searchProviders(all, query);
    const view = {
      app,
      providers,
      choose: { action: page, fields: forms.fieldsFor(page) },
      search: all.length > manyProviders ? { action: page, fields: otherChoice, query } : undefined,
      later,
    };
    show(ctx, (texts) => chooseTvProviderPage(texts, view), {
      formTargets: providerSources(publicOrigin),
      imageSources: logoSources(providers),
    });
  };

  const finish = ({ ctx, approval }: Visit, provider: string): void => {
    const { page: check, login, other, later } = linksOf(approval);
    show(ctx, (texts) => finishTvProviderPage(texts, { provider, login, check, other, later }));
  };

  const tellUnregistered = ({ clientId: client, serviceProvider }: Visit['approval']): void =>
    log.warn(
      { client, serviceProvider, host: new URL(publicOrigin).hostname },
      'no TV provider is offered on the phone: the host of the gateway is not registered for the service provider',
    );

  return (visit: Visit, next: NextForDevice): void => {
    if (next.kind === 'choose') choose(visit, next.providers);
    else if (next.kind === 'open') finish(visit, next.login.name);
    else {
      if (next.kind === 'elsewhere') tellUnregistered(visit.approval);
      showDeviceSuccess(visit.ctx, visit.app);
    }
  };
};
