import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { AppConfig } from '#src/config/schema';
import { fail } from '#src/lib/errors';
import { noticePage } from '#src/web/pages/notice';
import type { Deps as ServerDeps } from '../deps.ts';
import type { CookieNames } from '../provider/cookies.ts';
import { seeOther } from '../sign-in/browser.ts';
import type { ApprovedDevices } from '../tv-provider/approved-devices.ts';
import { tvProviderPath } from '../tv-provider/paths.ts';
import { backToApp, connectAnother, devicePath, startPage } from './next-links.ts';
import type { PageBrand } from './page-brand.ts';
import type { ProblemPage } from './problem-page.ts';
import { show } from './show.ts';

const returnPath = /^\/(auth|device)\/[\w-]+$/;
const lifetime = 1_200_000; // as an interaction's

interface Deps extends Pick<ServerDeps, 'findClient'> {
  readonly approvedDevices: Pick<ApprovedDevices, 'find'>;
  readonly provider: Provider;
  readonly names: Pick<CookieNames, 'resume' | 'finished'>;
  readonly problem: ProblemPage;
  readonly pageBrand: PageBrand;
}

/**
 * Around the pages to which a browser returns from its sign-in. oidc-provider serves each once; a reload tells that
 * the viewer is signed in, or that the sign-in is over.
 */
export const createReturnPage = (deps: Deps) => {
  const { provider, names, problem, findClient, pageBrand, approvedDevices } = deps;
  const pending = async (ctx: Koa.Context): Promise<boolean> => {
    const uid = ctx.cookies.get(names.resume, { signed: true });
    return uid !== undefined && (await provider.Interaction.find(uid)) !== undefined;
  };

  const alreadySignedIn = (ctx: Koa.Context, app: AppConfig): void => {
    const device = ctx.path.startsWith(`${devicePath}/`);
    pageBrand.ofApp(ctx, app);
    show(ctx, (texts) => {
      const lead = device ? texts.alreadyDeviceLead(app.name) : texts.alreadyAppLead(app.name);
      const next = device
        ? ([connectAnother(texts), startPage(texts)] as const)
        : ([backToApp(texts, app)] as const);
      return noticePage({ mark: '✓', title: texts.alreadyTitle, lead, links: next });
    });
  };

  const middleware: Koa.Middleware = async (ctx, next) => {
    if (ctx.method !== 'GET' || !returnPath.test(ctx.path) || (await pending(ctx))) return next();
    const id = ctx.path.split('/').at(-1) ?? '';
    if (ctx.path.startsWith(devicePath) && (await approvedDevices.find(ctx, id)))
      return seeOther(ctx, tvProviderPath(id));
    const finished = ctx.cookies.get(names.finished, { signed: true });
    const client = finished === undefined ? undefined : await findClient(finished);
    if (client) alreadySignedIn(ctx, client.app);
    else problem(ctx, fail('sign_in_expired', { detail: 'the browser returned to a sign-in that is over' }));
  };

  /** Lets this browser know, at this page, that its sign-in succeeded. */
  const remember = (ctx: KoaContextWithOIDC): void => {
    const { client } = ctx.oidc;
    if (!client || !returnPath.test(ctx.path)) return;
    ctx.cookies.set(names.finished, client.clientId, {
      signed: true,
      httpOnly: true,
      sameSite: 'lax',
      path: ctx.path,
      maxAge: lifetime,
    });
  };

  return { middleware, remember };
};
