import type { RouterContext } from '@koa/router';
import type Koa from 'koa';
import { mediaType, type Route, readBody } from '#src/site';
import { createAdmit } from './admit.ts';
import { answer } from './answer-refusal.ts';
import { createAuthenticate, createLoginReturn } from './browser/browser-login.ts';
import { showRefusal } from './browser/browser-step.ts';
import type { Call, Incoming } from './call.ts';
import { createConfiguration } from './configuration.ts';
import type { AdobeContext, Answer } from './context.ts';
import { createDecisions } from './decisions/decisions.ts';
import type { OperationName } from './header-table.ts';
import { createBrowserLogout, createLogoutReturn } from './logout/browser-logout.ts';
import { createLogout } from './logout/logout.ts';
import type { BrowserReturn } from './mvpd-ports.ts';
import { createPartnerProfile } from './partner/partner-profile.ts';
import { createPartnerSession } from './partner/partner-session.ts';
import { createAllProfiles, createProfileByCode, createProfileByMvpd } from './profiles/profiles.ts';
import { createResetTempPass } from './profiles/reset-temp-pass.ts';
import { Refusal } from './refusal.ts';
import { createRegister } from './registration/register.ts';
import { createToken } from './registration/token.ts';
import { createCreateSession } from './sessions/create-session.ts';
import { createResumeSession } from './sessions/resume-session.ts';
import { createSessionStatus } from './sessions/session-status.ts';
import { ssoOperations } from './sso-service/sso-service.ts';

type Handle = (call: Call) => Answer | Promise<Answer>;
type Method = 'get' | 'post';

const sp = '/api/v2/:serviceProvider';

const v2Operations = (context: AdobeContext): readonly [OperationName, Method, string, Handle][] => [
  ['configuration.get', 'get', `${sp}/configuration`, createConfiguration(context)],
  ['sessions.create', 'post', `${sp}/sessions`, createCreateSession(context)],
  ['sessions.sso', 'post', `${sp}/sessions/sso/:partner`, createPartnerSession(context)],
  ['sessions.resume', 'post', `${sp}/sessions/:code`, createResumeSession(context)],
  ['sessions.get', 'get', `${sp}/sessions/:code`, createSessionStatus(context)],
  ['profiles.all', 'get', `${sp}/profiles`, createAllProfiles(context)],
  ['profiles.code', 'get', `${sp}/profiles/code/:code`, createProfileByCode(context)],
  ['profiles.sso', 'post', `${sp}/profiles/sso/:partner`, createPartnerProfile(context)],
  ['profiles.mvpd', 'get', `${sp}/profiles/:mvpd`, createProfileByMvpd(context)],
  [
    'decisions.preauthorize',
    'post',
    `${sp}/decisions/preauthorize/:mvpd`,
    createDecisions(context, 'preauthorize'),
  ],
  ['decisions.authorize', 'post', `${sp}/decisions/authorize/:mvpd`, createDecisions(context, 'authorize')],
  ['logout', 'get', `${sp}/logout/:mvpd`, createLogout(context)],
];

const addressOf = ({ req }: Koa.Context): string =>
  String(req.headers['x-forwarded-for'] ?? req.socket.remoteAddress ?? '')
    .split(',', 1)[0]
    ?.trim() ?? '';

const incomingOf = async (ctx: RouterContext): Promise<Incoming> => ({
  params: ctx.params,
  query: new URLSearchParams(ctx.querystring),
  headers: ctx.headers,
  body: await readBody(ctx.req),
  address: addressOf(ctx),
});

const page = (
  operation: string,
  method: Method,
  path: string,
  handle: (ctx: RouterContext) => Promise<void>,
): Route => ({
  ...{ operation, method, path },
  handle: async (ctx) => {
    try {
      await handle(ctx);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      showRefusal(ctx, error);
    }
  },
});

const authenticateRoute = (context: AdobeContext): Route => {
  const handle = createAuthenticate(context);
  const path = '/api/v2/authenticate/:serviceProvider/:code';
  const asPage = page('authenticate', 'get', path, handle);
  return {
    ...asPage,
    handle: (ctx) => (context.switches.now.authenticateErrors === 'json' ? handle(ctx) : asPage.handle(ctx)),
  };
};

const returnOf = async (ctx: RouterContext): Promise<BrowserReturn> => {
  const posted = mediaType(ctx.headers['content-type']) === 'application/x-www-form-urlencoded';
  return {
    query: new URLSearchParams(ctx.querystring),
    octets: ctx.querystring,
    form: new URLSearchParams(posted ? await readBody(ctx.req) : ''),
  };
};

/** Where browsers leave for the MVPDs, and where each way of signing in brings them back. */
const browserRoutes = (context: AdobeContext): Route[] => [
  authenticateRoute(context),
  page('logout.browser', 'get', '/adobe-services/logout', createBrowserLogout(context)),
  ...context.logins.flatMap(({ signInReturns, signOutReturns }) => [
    ...signInReturns.map((back) => {
      const handle = createLoginReturn(context, back);
      return page(back.operation, back.method, back.path, async (ctx) => handle(ctx, await returnOf(ctx)));
    }),
    ...signOutReturns.map((back) => {
      const handle = createLogoutReturn(context, back);
      return page(back.operation, back.method, back.path, async (ctx) => handle(ctx, await returnOf(ctx)));
    }),
  ]),
];

export const routesOf = (context: AdobeContext): Route[] => {
  const admit = createAdmit(context);
  const plain = (
    operation: string,
    method: Route['method'],
    path: string,
    handle: (incoming: Incoming) => Answer,
  ): Route => ({
    ...{ operation, method, path },
    handle: async (ctx) => answer(ctx, handle(await incomingOf(ctx))),
  });
  const reset = '/reset-tempass/v3/reset';
  return [
    plain('dcr.register', 'post', '/o/client/register', createRegister(context)),
    plain('dcr.token', 'post', '/o/client/token', createToken(context)),
    plain('tempPass.reset', 'delete', reset, createResetTempPass(context, 'device')),
    plain('tempPass.resetGeneric', 'delete', `${reset}/generic`, createResetTempPass(context, 'identity')),
    ...browserRoutes(context),
    ...ssoOperations(context).map(
      ({ handle, ...route }): Route => ({
        ...route,
        handle: async (ctx) => answer(ctx, await handle(() => incomingOf(ctx))),
      }),
    ),
    ...v2Operations(context).map(
      ([operation, method, path, handle]): Route => ({
        ...{ operation, method, path },
        handle: async (ctx) => answer(ctx, await handle(await admit(await incomingOf(ctx), operation))),
      }),
    ),
  ];
};
