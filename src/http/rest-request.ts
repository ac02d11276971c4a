import { z } from 'zod';
import { adobeId } from '#src/config/values';
import type { ViewerRequest } from '#src/flows/caller';
import type { IdentifyCaller } from '#src/flows/identify-caller';
import { fail } from '#src/lib/errors';
import type { Json } from '#src/lib/json';
import { currentContext } from '#src/observability/context';
import { readBearer } from './bearer.ts';
import type { Context } from './context.ts';
import { restrictCors } from './cors.ts';
import { readDevice } from './device.ts';
import { guard } from './guard.ts';

interface Deps {
  readonly identifyCaller: IdentifyCaller;
}

export type ReadRestRequest = (ctx: Context, needs: { device: boolean }) => Promise<ViewerRequest>;

/** Anchored, and never `.` or `..`: what passes can add no segment to a URL of ours. */
const serviceProviderParam = z.object({ serviceProvider: adobeId });

/**
 * What every REST V2 call has: a bearer, a service provider of the bearer's app, a device. Without
 * AP-Device-Identifier only the calls that carry a code are served.
 */
export const createReadRestRequest =
  ({ identifyCaller }: Deps): ReadRestRequest =>
  async (ctx, needs) => {
    const bearer = readBearer(ctx);
    const { serviceProvider } = guard(serviceProviderParam, ctx['params']);
    const device = readDevice(ctx);
    if (needs.device && device.identifier === undefined) {
      throw fail('gateway_header_device_identifier', {
        field: 'AP-Device-Identifier',
        hint: 'send "fingerprint " and the Base64 of the device\'s id',
      });
    }
    const caller = await identifyCaller({ bearer, identifier: device.identifier });
    Object.assign(currentContext() ?? {}, { app: caller.app.id, instance: caller.instance.id });
    restrictCors(ctx, caller.app);
    if (!caller.app.serviceProviders.includes(serviceProvider)) {
      throw fail('gateway_service_provider_not_allowed', { field: 'serviceProvider' });
    }
    // Only the six operations look at it, and only for an app that may bring one.
    const suppliedToken = ctx.req.headers['ad-service-token'];
    return {
      caller,
      device,
      serviceProvider,
      ...(typeof suppliedToken === 'string' && { suppliedToken }),
      signal: ctx.state.signal,
    };
  };

/** Adobe's status and body, as REST V2 sends them. */
export const sendAnswer = (ctx: Context, { status, body }: { status: number; body: Json }): void => {
  ctx.status = status;
  ctx.body = JSON.stringify(body);
  ctx.type = 'application/json;charset=UTF-8';
};
