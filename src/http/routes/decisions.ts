import type Router from '@koa/router';
import { z } from 'zod';
import type { createAuthorize } from '#src/flows/authorize';
import type { createPreauthorize } from '#src/flows/preauthorize';
import { readJson } from '../body.ts';
import type { GatewayState } from '../context.ts';
import { guard } from '../guard.ts';
import { type ReadRestRequest, sendAnswer } from '../rest-request.ts';
import { mvpdParam } from './shapes.ts';

interface Deps {
  readonly readRequest: ReadRestRequest;
  readonly preauthorize: ReturnType<typeof createPreauthorize>;
  readonly authorize: ReturnType<typeof createAuthorize>;
}

/** Resources are ids or MRSS documents; how many are allowed is Adobe's to say. */
export const resourcesBody = z.object({
  resources: z.array(z.string().min(1).max(16_384)).min(1, 'must name at least one resource').max(100),
});

export const decisionRoutes = (
  router: Router<GatewayState>,
  { readRequest, preauthorize, authorize }: Deps,
): void => {
  router.post(
    'decisions.preauthorize',
    '/api/v2/:serviceProvider/decisions/preauthorize/:mvpd',
    async (ctx) => {
      const request = await readRequest(ctx, { device: true });
      const { mvpd } = guard(mvpdParam, ctx.params);
      const { resources } = guard(resourcesBody, await readJson(ctx));
      sendAnswer(ctx, await preauthorize({ ...request, mvpd, resources }));
    },
  );

  router.post('decisions.authorize', '/api/v2/:serviceProvider/decisions/authorize/:mvpd', async (ctx) => {
    const request = await readRequest(ctx, { device: true });
    const { mvpd } = guard(mvpdParam, ctx.params);
    const { resources } = guard(resourcesBody, await readJson(ctx));
    sendAnswer(ctx, await authorize({ ...request, mvpd, resources }));
  });
};
