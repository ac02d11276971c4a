import { errors, type Provider } from 'oidc-provider';
import { createSite, type Site } from '#src/site';
import { formOf } from '../form.ts';
import { showFailure, showLogin, showQuestion } from '../pages.ts';
import type { People } from '../people.ts';
import { themes } from '../themes.ts';
import { passwordAcr } from './provider.ts';
import { interactionPath } from './routes.ts';

const theme = themes.dtc;

const cancelled = { error: 'access_denied', error_description: 'The sign-in was cancelled.' };

/** The interaction pages: login and consent. */
export const createDtcLogin = (provider: () => Provider, people: People): Site =>
  createSite(
    [
      {
        operation: 'login_page',
        method: 'get',
        path: `${interactionPath}:uid`,
        handle: async (ctx) => {
          const { params, prompt } = await provider().interactionDetails(ctx.req, ctx.res);
          const hint = params['login_hint'];
          if (prompt.name === 'consent')
            return showQuestion(ctx, {
              theme,
              title: 'Stay signed in to Kinpass?',
              agree: 'Allow',
              text: 'Kinpass will know who you are, also while you are away.',
            });
          showLogin(ctx, { theme, people, username: typeof hint === 'string' ? hint : '' });
        },
      },
      {
        operation: 'login',
        method: 'post',
        path: `${interactionPath}:uid`,
        handle: async (ctx) => {
          const { username = '', password = '', decision } = await formOf(ctx);
          const { prompt } = await provider().interactionDetails(ctx.req, ctx.res);
          const user = people.byLogin(username);
          const wrong = user === undefined || user.password !== password;
          if (decision !== 'cancel' && prompt.name !== 'consent' && wrong)
            return showLogin(ctx, { theme, people, username, error: 'E-mail or password is wrong.' });
          const agreed =
            prompt.name === 'consent'
              ? { consent: {} }
              : { login: { accountId: user?.dtc.subject ?? '', acr: passwordAcr } };
          const result = decision === 'cancel' ? cancelled : agreed;
          const merge = { mergeWithLastSubmission: decision !== 'cancel' };
          ctx.redirect(await provider().interactionResult(ctx.req, ctx.res, result, merge));
          ctx.status = 303;
        },
      },
    ],
    {
      unknown: (ctx) => showFailure(ctx, theme, 404, 'Not found', 'There is no such page.'),
      // The interaction has ended, or began in another browser.
      failed: (ctx, error) => {
        if (!(error instanceof errors.SessionNotFound)) throw error;
        showFailure(
          ctx,
          ...([theme, 400, 'This sign-in has ended'] as const),
          'Go back to where you came from and try again.',
        );
      },
    },
  );
