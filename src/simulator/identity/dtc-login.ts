import Router from '@koa/router';
import Koa from 'koa';
import type { Provider } from 'oidc-provider';
import { dtcBrand, interactionPath } from './dtc-provider.ts';
import { formOf } from './form.ts';
import { showFailure, showLogin } from './pages.ts';
import type { People } from './people.ts';

/** The login page that the provider sends browsers to and takes them back from. */
export const createDtcLogin = (provider: () => Provider, people: People): ReturnType<Koa['callback']> => {
  const router = new Router()
    .get(`${interactionPath}:uid`, async (ctx) => {
      const { params } = await provider().interactionDetails(ctx.req, ctx.res);
      const hint = params['login_hint'];
      showLogin(ctx, { brand: dtcBrand, people, username: typeof hint === 'string' ? hint : '' });
    })
    .post(`${interactionPath}:uid`, async (ctx) => {
      const { username = '', password = '', decision } = await formOf(ctx);
      const finish = async (result: Parameters<Provider['interactionResult']>[2]) => {
        ctx.redirect(await provider().interactionResult(ctx.req, ctx.res, result));
        ctx.status = 303;
      };
      if (decision === 'cancel')
        return finish({ error: 'access_denied', error_description: 'The sign-in was cancelled.' });
      const user = people.byLogin(username);
      if (user?.password === password) return finish({ login: { accountId: user.dtc.subject } });
      await provider().interactionDetails(ctx.req, ctx.res);
      showLogin(ctx, { brand: dtcBrand, people, username, error: 'E-mail or password is wrong.' });
    });

  // An interaction that is over, or began in another browser, ends on a page instead of a trace.
  const explain: Koa.Middleware = async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'SessionNotFound') throw error;
      showFailure(ctx, dtcBrand, 'This sign-in is over', 'Go back to where you came from and try again.');
    }
  };
  return new Koa().use(explain).use(router.routes()).use(router.allowedMethods()).callback();
};
