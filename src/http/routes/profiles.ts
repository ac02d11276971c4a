import type Router from '@koa/router';
import type { createGetProfile } from '#src/flows/get-profile';
import type { createGetProfileByCode } from '#src/flows/get-profile-by-code';
import type { createGetProfiles } from '#src/flows/get-profiles';
import type { GatewayState } from '../context.ts';
import { guard } from '../guard.ts';
import { type ReadRestRequest, sendAnswer } from '../rest-request.ts';
import { codeParam, mvpdParam } from './shapes.ts';

interface Deps {
  readonly readRequest: ReadRestRequest;
  readonly getProfiles: ReturnType<typeof createGetProfiles>;
  readonly getProfile: ReturnType<typeof createGetProfile>;
  readonly getProfileByCode: ReturnType<typeof createGetProfileByCode>;
}

export const profileRoutes = (
  router: Router<GatewayState>,
  { readRequest, getProfiles, getProfile, getProfileByCode }: Deps,
): void => {
  router.get('profiles.all', '/api/v2/:serviceProvider/profiles', async (ctx) => {
    sendAnswer(ctx, await getProfiles(await readRequest(ctx, { device: true })));
  });

  // Before {mvpd}, which would match it.
  router.get('profiles.code', '/api/v2/:serviceProvider/profiles/code/:code', async (ctx) => {
    const request = await readRequest(ctx, { device: false });
    sendAnswer(ctx, await getProfileByCode({ ...request, ...guard(codeParam, ctx.params) }));
  });

  router.get('profiles.mvpd', '/api/v2/:serviceProvider/profiles/:mvpd', async (ctx) => {
    const request = await readRequest(ctx, { device: true });
    sendAnswer(ctx, await getProfile({ ...request, ...guard(mvpdParam, ctx.params) }));
  });
};
