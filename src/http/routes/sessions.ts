import type Router from '@koa/router';
import { z } from 'zod';
import { adobeId } from '#src/config/values';
import type { createCreateSession } from '#src/flows/create-session';
import type { createGetSession } from '#src/flows/get-session';
import type { createLocateAuthentication } from '#src/flows/locate-authentication';
import type { createResumeSession } from '#src/flows/resume-session';
import { readForm } from '../body.ts';
import type { GatewayState } from '../context.ts';
import { guard } from '../guard.ts';
import { type ReadRestRequest, sendAnswer } from '../rest-request.ts';
import { authenticationCode, codeParam, landingUrl } from './shapes.ts';

interface Deps {
  readonly readRequest: ReadRestRequest;
  readonly createSession: ReturnType<typeof createCreateSession>;
  readonly resumeSession: ReturnType<typeof createResumeSession>;
  readonly getSession: ReturnType<typeof createGetSession>;
  readonly locateAuthentication: ReturnType<typeof createLocateAuthentication>;
}

/** Each may be missing: Adobe then says which, and the session is resumed on another screen. */
export const sessionForm = z.object({
  mvpd: adobeId.optional(),
  domainName: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/, 'must be a domain name')
    .optional(),
  redirectUrl: landingUrl.optional(),
});

const authenticateParams = z.object({ serviceProvider: adobeId, code: authenticationCode });

export const sessionRoutes = (router: Router<GatewayState>, deps: Deps): void => {
  const { readRequest, createSession, resumeSession, getSession, locateAuthentication } = deps;

  // First, since `authenticate` would also pass for a service provider.
  router.get('authenticate', '/api/v2/authenticate/:serviceProvider/:code', (ctx) => {
    ctx.redirect(locateAuthentication(guard(authenticateParams, ctx.params)).href);
  });

  router.post('sessions.create', '/api/v2/:serviceProvider/sessions', async (ctx) => {
    const request = await readRequest(ctx, { device: true });
    const form = guard(sessionForm, await readForm(ctx));
    sendAnswer(ctx, await createSession({ ...request, form }));
  });

  router.post('sessions.resume', '/api/v2/:serviceProvider/sessions/:code', async (ctx) => {
    const request = await readRequest(ctx, { device: false });
    const { code } = guard(codeParam, ctx.params);
    const form = guard(sessionForm, await readForm(ctx));
    sendAnswer(ctx, await resumeSession({ ...request, code, form }));
  });

  router.get('sessions.get', '/api/v2/:serviceProvider/sessions/:code', async (ctx) => {
    const request = await readRequest(ctx, { device: false });
    sendAnswer(ctx, await getSession({ ...request, ...guard(codeParam, ctx.params) }));
  });
};
