import type Router from '@koa/router';
import type { createGetProfile } from '#src/flows/get-profile';
import type { createGetProfileByCode } from '#src/flows/get-profile-by-code';
import type { createGetProfiles } from '#src/flows/get-profiles';
import type { WatchCode } from '#src/flows/watch-code';
import type { Clock } from '#src/lib/clock';
import type { GatewayState } from '../context.ts';
import { streamAnswer } from '../event-stream.ts';
import { guard } from '../guard.ts';
import { preferredWait } from '../prefer.ts';
import { type ReadRestRequest, sendAnswer } from '../rest-request.ts';
import { codeParam, mvpdParam } from './shapes.ts';

interface Deps {
  readonly readRequest: ReadRestRequest;
  readonly getProfiles: ReturnType<typeof createGetProfiles>;
  readonly getProfile: ReturnType<typeof createGetProfile>;
  readonly getProfileByCode: ReturnType<typeof createGetProfileByCode>;
  readonly watchCode: WatchCode;
  readonly clock: Clock;
}

/** The life of a code, as Adobe documents it. */
const longestStream = 30 * 60_000;

export const profileRoutes = (
  router: Router<GatewayState>,
  { readRequest, getProfiles, getProfile, getProfileByCode, watchCode, clock }: Deps,
): void => {
  router.get('profiles.all', '/api/v2/:serviceProvider/profiles', async (ctx) => {
    sendAnswer(ctx, await getProfiles(await readRequest(ctx, { device: true })));
  });

  // Before {mvpd}, which would match it.
  router.get('profiles.code', '/api/v2/:serviceProvider/profiles/code/:code', async (ctx) => {
    const request = { ...(await readRequest(ctx, { device: false })), ...guard(codeParam, ctx.params) };
    const { signal } = ctx.state;
    if (ctx.get('Accept').includes('text/event-stream')) {
      return streamAnswer(ctx, clock, watchCode({ ...request, signal, until: clock.now() + longestStream }));
    }
    const wait = preferredWait(ctx);
    if (wait === undefined) return sendAnswer(ctx, await getProfileByCode(request));
    ctx.set('Preference-Applied', `wait=${wait}`);
    sendAnswer(ctx, await watchCode({ ...request, signal, until: clock.now() + wait * 1000 }));
  });

  router.get('profiles.mvpd', '/api/v2/:serviceProvider/profiles/:mvpd', async (ctx) => {
    const request = await readRequest(ctx, { device: true });
    sendAnswer(ctx, await getProfile({ ...request, ...guard(mvpdParam, ctx.params) }));
  });
};
