import type Router from '@koa/router';
import type { createGetConfiguration } from '#src/flows/get-configuration';
import type { GatewayState } from '../context.ts';
import { type ReadRestRequest, sendAnswer } from '../rest-request.ts';

interface Deps {
  readonly readRequest: ReadRestRequest;
  readonly getConfiguration: ReturnType<typeof createGetConfiguration>;
}

export const configurationRoutes = (
  router: Router<GatewayState>,
  { readRequest, getConfiguration }: Deps,
): void => {
  router.get('configuration', '/api/v2/:serviceProvider/configuration', async (ctx) => {
    sendAnswer(ctx, await getConfiguration(await readRequest(ctx, { device: false })));
  });
};
