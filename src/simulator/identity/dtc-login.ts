import { errors, type Provider } from 'oidc-provider';
import { createSite, type Site } from '../site.ts';
import { dtcName, interactionPath } from './dtc-provider.ts';
import { formOf } from './form.ts';
import { showFailure, showLogin } from './pages.ts';
import type { People } from './people.ts';

/** The login page that the provider sends browsers to and takes them back from. */
export const createDtcLogin = (provider: () => Provider, people: People): Site =>
  createSite(
    [
      {
        ...{ operation: 'login_page', method: 'get', path: `${interactionPath}:uid` },
        handle: async (ctx) => {
          const { params } = await provider().interactionDetails(ctx.req, ctx.res);
          const hint = params['login_hint'];
          showLogin(ctx, { brand: dtcName, people, username: typeof hint === 'string' ? hint : '' });
        },
      },
      {
        ...{ operation: 'login', method: 'post', path: `${interactionPath}:uid` },
        handle: async (ctx) => {
          const { username = '', password = '', decision } = await formOf(ctx);
          await provider().interactionDetails(ctx.req, ctx.res);
          const user = people.byLogin(username);
          if (decision !== 'cancel' && user?.password !== password)
            return showLogin(ctx, {
              brand: dtcName,
              people,
              username,
              error: 'E-mail or password is wrong.',
            });
          const result =
            user && decision !== 'cancel'
              ? { login: { accountId: user.dtc.subject } }
              : { error: 'access_denied', error_description: 'The sign-in was cancelled.' };
          ctx.redirect(await provider().interactionResult(ctx.req, ctx.res, result));
          ctx.status = 303;
        },
      },
    ],
    {
      unknown: (ctx) => showFailure(ctx, 404, 'Not found', 'There is no such page.'),
      // An interaction that is over, or began in another browser.
      failed: (ctx, error) => {
        if (!(error instanceof errors.SessionNotFound)) throw error;
        showFailure(ctx, 400, 'This sign-in is over', 'Go back to where you came from and try again.');
      },
    },
  );
