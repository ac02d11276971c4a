import type { RouterContext } from '@koa/router';
import type Koa from 'koa';
import { mediaType, type Route, readBody } from '#src/site';
import { createAuthenticate, createLoginReturn } from './browser/authenticate.ts';
import { createBrowserLogout, createLogoutReturn, createSingleLogout } from './browser/browser-logout.ts';
import { showRefusal } from './browser/browser-step.ts';
import { createConfiguration } from './configuration/configuration.ts';
import { createDecisions } from './decisions/decisions.ts';
import { Refusal } from './errors/refusal.ts';
import { send } from './errors/send-refusal.ts';
import { createLogout } from './logout/logout.ts';
import type { BrowserReturn, MvpdLogin } from './mvpd-ports.ts';
import { createPartnerProfile } from './partner/partner-profile.ts';
import { createPartnerSession } from './partner/partner-session.ts';
import { createAllProfiles, createProfileByCode, createProfileByMvpd } from './profiles/get-profiles.ts';
import { createResetTempPass } from './profiles/reset-temp-pass.ts';
import { createRegister } from './registration/register.ts';
import { createToken } from './registration/token.ts';
import { createAdmit } from './requests/admit.ts';
import type { Answer } from './requests/answer.ts';
import type { Call, Incoming } from './requests/call.ts';
import type { OperationName } from './requests/header-table.ts';
import type { AdobeServices } from './services.ts';
import { createCreateSession } from './sessions/create-session.ts';
import { createResumeSession } from './sessions/resume-session.ts';
import { createSessionStatus } from './sessions/session-status.ts';
import { ssoOperations } from './sso-service/sso-service.ts';

type Handle = (call: Call) => Answer | Promise<Answer>;
type Method = 'get' | 'post';

const sp = '/api/v2/:serviceProvider';

const v2Operations = (services: AdobeServices): readonly [OperationName, Method, string, Handle][] => [
  ['configuration.get', 'get', `${sp}/configuration`, createConfiguration(services)],
  ['sessions.create', 'post', `${sp}/sessions`, createCreateSession(services)],
  ['sessions.sso', 'post', `${sp}/sessions/sso/:partner`, createPartnerSession(services)],
  ['sessions.resume', 'post', `${sp}/sessions/:code`, createResumeSession(services)],
  ['sessions.get', 'get', `${sp}/sessions/:code`, createSessionStatus(services)],
  ['profiles.all', 'get', `${sp}/profiles`, createAllProfiles(services)],
  ['profiles.code', 'get', `${sp}/profiles/code/:code`, createProfileByCode(services)],
  ['profiles.sso', 'post', `${sp}/profiles/sso/:partner`, createPartnerProfile(services)],
  ['profiles.mvpd', 'get', `${sp}/profiles/:mvpd`, createProfileByMvpd(services)],
  [
    'decisions.preauthorize',
    'post',
    `${sp}/decisions/preauthorize/:mvpd`,
    createDecisions(services, 'preauthorize'),
  ],
  ['decisions.authorize', 'post', `${sp}/decisions/authorize/:mvpd`, createDecisions(services, 'authorize')],
  ['logout', 'get', `${sp}/logout/:mvpd`, createLogout(services)],
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
  operation,
  method,
  path,
  handle: async (ctx) => {
    try {
      await handle(ctx);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      showRefusal(ctx, error);
    }
  },
});

const authenticateRoute = (services: AdobeServices): Route => {
  const handle = createAuthenticate(services);
  const path = '/api/v2/authenticate/:serviceProvider/:code';
  const asPage = page('authenticate', 'get', path, handle);
  return {
    ...asPage,
    handle: (ctx) => (services.switches.now.authenticateErrors === 'json' ? handle(ctx) : asPage.handle(ctx)),
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

/** A route to which an MVPD sends browsers. */
const returnRoute = (
  { operation, method, path }: Pick<MvpdLogin['signInReturns'][number], 'operation' | 'method' | 'path'>,
  handle: (ctx: RouterContext, back: BrowserReturn) => Promise<void>,
): Route => page(operation, method, path, async (ctx) => handle(ctx, await returnOf(ctx)));

/** The pages from which browsers leave for the MVPDs, and those to which each login returns them. */
const browserRoutes = (services: AdobeServices): Route[] => [
  authenticateRoute(services),
  page('logout.browser', 'get', '/adobe-services/logout', createBrowserLogout(services)),
  ...services.logins.flatMap(({ signInReturns, signOutReturns, signOutRequests }) => [
    ...signInReturns.map((back) => returnRoute(back, createLoginReturn(services, back))),
    ...signOutReturns.map((back) => returnRoute(back, createLogoutReturn(services, back))),
    ...signOutRequests.map((back) => returnRoute(back, createSingleLogout(services, back))),
  ]),
];

export const routesOf = (services: AdobeServices): Route[] => {
  const admit = createAdmit(services);
  const plain = (
    operation: string,
    method: Route['method'],
    path: string,
    handle: (incoming: Incoming) => Answer,
  ): Route => ({
    operation,
    method,
    path,
    handle: async (ctx) => send(ctx, handle(await incomingOf(ctx))),
  });
  const reset = '/reset-tempass/v3/reset';
  return [
    plain('dcr.register', 'post', '/o/client/register', createRegister(services)),
    plain('dcr.token', 'post', '/o/client/token', createToken(services)),
    plain('tempPass.reset', 'delete', reset, createResetTempPass(services, 'device')),
    plain('tempPass.resetGeneric', 'delete', `${reset}/generic`, createResetTempPass(services, 'identity')),
    ...browserRoutes(services),
    ...ssoOperations(services).map(
      ({ handle, ...route }): Route => ({
        ...route,
        handle: async (ctx) => send(ctx, await handle(() => incomingOf(ctx))),
      }),
    ),
    ...v2Operations(services).map(
      ([operation, method, path, handle]): Route => ({
        operation,
        method,
        path,
        handle: async (ctx) => send(ctx, await handle(await admit(await incomingOf(ctx), operation))),
      }),
    ),
  ];
};
