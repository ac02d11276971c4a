import type Router from '@koa/router';
import { z } from 'zod';
import type { createLogOut } from '#src/flows/log-out';
import type { GatewayState } from '../context.ts';
import { guard } from '../guard.ts';
import { type ReadRestRequest, sendAnswer } from '../rest-request.ts';
import { landingUrl, mvpdParam } from './shapes.ts';

interface Deps {
  readonly readRequest: ReadRestRequest;
  readonly logOut: ReturnType<typeof createLogOut>;
}

const logoutQuery = z.object({ redirectUrl: landingUrl.optional() });

export const logoutRoutes = (router: Router<GatewayState>, { readRequest, logOut }: Deps): void => {
  router.get('logout', '/api/v2/:serviceProvider/logout/:mvpd', async (ctx) => {
    const request = await readRequest(ctx, { device: true });
    const { mvpd } = guard(mvpdParam, ctx.params);
    const { redirectUrl } = guard(logoutQuery, { ...ctx.query });
    sendAnswer(ctx, await logOut({ ...request, mvpd, redirectUrl }));
  });
};
