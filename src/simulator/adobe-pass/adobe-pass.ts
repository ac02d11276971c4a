/**
 * Adobe Pass as its documentation describes it: dynamic client registration, REST API V2, and the redirects that a
 * viewer's browser follows. It owns every decision about sessions and profiles. It refuses to know how an MVPD
 * signs its subscribers in, and it shares nothing with the gateway that it stands against.
 */
import type { RouterContext } from '@koa/router';
import type Koa from 'koa';
import { z } from 'zod';
import type { Mvpds } from '../mvpd/mvpds.ts';
import type { Party, PartyContext } from '../party.ts';
import type { ServiceTokens } from '../service-tokens.ts';
import { createSite, type Route, readBody } from '../site.ts';
import { createAdmit } from './admit.ts';
import { createAuthenticate, createLoginReturn, showRefusal } from './browser-login.ts';
import { createBrowserLogout, createLogoutReturn } from './browser-logout.ts';
import type { Call, Incoming } from './call.ts';
import { createConfiguration } from './configuration.ts';
import type { AdobeContext, Answer } from './context.ts';
import { createCreateSession } from './create-session.ts';
import { createDecisions } from './decisions.ts';
import { createLogout } from './logout.ts';
import { createMediaTokens } from './media-token.ts';
import { createProfileBook } from './profile-book.ts';
import { createAllProfiles, createProfileByCode, createProfileByMvpd } from './profiles.ts';
import { Refusal, refuse } from './refusal.ts';
import { createRegister } from './register.ts';
import { createResumeSession } from './resume-session.ts';
import { createSessionStatus } from './session-status.ts';
import { dumpState, emptyState, parseState } from './state.ts';
import { createTrials } from './temp-pass.ts';
import { createToken } from './token.ts';

export interface AdobePass extends Party {
  /** PEM; verifies the media tokens. */
  mediaTokenKey(): Promise<string>;
}

interface Deps {
  readonly mvpds: Mvpds;
  readonly serviceTokens: Pick<ServiceTokens, 'subjectOf'>;
  readonly serviceTokenFault: 'ignore' | 'reject';
  /** Routes that share the origin without being Adobe's. */
  readonly alongside: readonly Route[];
}

const sp = '/api/v2/:serviceProvider';

type Operation = Pick<Route, 'operation' | 'method' | 'path'>;

interface V2Operation extends Operation {
  /** Whether the operation lists the AD-Service-Token header. */
  readonly serviceToken?: true;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

const v2Operations = (context: AdobeContext): readonly V2Operation[] => [
  {
    operation: 'configuration.get',
    method: 'get',
    path: `${sp}/configuration`,
    handle: createConfiguration(context),
  },
  {
    operation: 'sessions.create',
    method: 'post',
    path: `${sp}/sessions`,
    serviceToken: true,
    handle: createCreateSession(context),
  },
  {
    operation: 'sessions.resume',
    method: 'post',
    path: `${sp}/sessions/:code`,
    handle: createResumeSession(context),
  },
  {
    operation: 'sessions.get',
    method: 'get',
    path: `${sp}/sessions/:code`,
    handle: createSessionStatus(context),
  },
  {
    operation: 'profiles.all',
    method: 'get',
    path: `${sp}/profiles`,
    serviceToken: true,
    handle: createAllProfiles(context),
  },
  {
    operation: 'profiles.mvpd',
    method: 'get',
    path: `${sp}/profiles/:mvpd`,
    serviceToken: true,
    handle: createProfileByMvpd(context),
  },
  {
    operation: 'profiles.code',
    method: 'get',
    path: `${sp}/profiles/code/:code`,
    handle: createProfileByCode(context),
  },
  {
    operation: 'decisions.preauthorize',
    method: 'post',
    path: `${sp}/decisions/preauthorize/:mvpd`,
    serviceToken: true,
    handle: createDecisions(context, 'preauthorize'),
  },
  {
    operation: 'decisions.authorize',
    method: 'post',
    path: `${sp}/decisions/authorize/:mvpd`,
    serviceToken: true,
    handle: createDecisions(context, 'authorize'),
  },
  {
    operation: 'logout',
    method: 'get',
    path: `${sp}/logout/:mvpd`,
    serviceToken: true,
    handle: createLogout(context),
  },
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

const answer = (ctx: Koa.Context, { status, body }: Answer): void => {
  ctx.status = status;
  ctx.set('Content-Type', 'application/json;charset=UTF-8');
  ctx.body = JSON.stringify(body);
};

const routesOf = (context: AdobeContext): Route[] => {
  const admit = createAdmit(context);
  const register = createRegister(context);
  const token = createToken(context);
  const registration = (operation: string, path: string, handle: (incoming: Incoming) => Answer): Route => ({
    ...{ operation, method: 'post', path },
    handle: async (ctx) => answer(ctx, handle(await incomingOf(ctx))),
  });
  const page = (operation: string, path: string, handle: (ctx: RouterContext) => void): Route => ({
    ...{ operation, method: 'get', path },
    handle: (ctx) => {
      try {
        handle(ctx);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        showRefusal(ctx, error);
      }
    },
  });
  return [
    registration('dcr.register', '/o/client/register', register),
    registration('dcr.token', '/o/client/token', token),
    page('authenticate', '/api/v2/authenticate/:serviceProvider/:code', createAuthenticate(context)),
    page('login.return', '/adobe-services/login-return', createLoginReturn(context)),
    page('logout.browser', '/adobe-services/logout', createBrowserLogout(context)),
    page('logout.return', '/adobe-services/logout-return', createLogoutReturn(context)),
    ...v2Operations(context).map(
      ({ operation, method, path, serviceToken = false, handle }): Route => ({
        ...{ operation, method, path },
        handle: async (ctx) =>
          answer(ctx, await handle(await admit(await incomingOf(ctx), { serviceToken }))),
      }),
    ),
  ];
};

const savedSchema = z.object({ mediaTokenKey: z.string().nullable(), state: z.json() });

export const createAdobePass = (party: PartyContext, deps: Deps): AdobePass => {
  const { ids, clock, changed } = party;
  const state = emptyState();
  const mediaTokens = createMediaTokens({ changed });
  const context: AdobeContext = {
    ...party,
    ...deps,
    state,
    mediaTokens,
    profiles: createProfileBook({ state, clock, changed }),
    trials: createTrials({ state, clock, changed }),
  };
  const answerRefusal = (ctx: Koa.Context, { error }: Refusal): void =>
    answer(ctx, { status: error.status, body: { ...error, trace: ids.uuid() } });
  const site = createSite([...routesOf(context), ...deps.alongside], {
    unknown: (ctx, methods) => {
      if (methods.length > 0) ctx.set('Allow', methods.join(', '));
      answerRefusal(ctx, refuse(methods.length > 0 ? 'method_not_allowed' : 'not_found'));
    },
    failed: (ctx, error) =>
      answerRefusal(ctx, error instanceof Refusal ? error : refuse('internal_server_error')),
  });
  return {
    name: 'adobe',
    ...site,
    mediaTokenKey: mediaTokens.publicKey,
    snapshot: () => ({ mediaTokenKey: mediaTokens.snapshot(), state: dumpState(state) }),
    restore: (saved) => {
      const { mediaTokenKey, state: savedState } = savedSchema.parse(saved);
      mediaTokens.restore(mediaTokenKey);
      Object.assign(state, parseState(savedState));
    },
    reset: () => {
      Object.assign(state, emptyState());
      changed();
    },
  };
};
