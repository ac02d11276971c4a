import { z } from 'zod';
import { adobeId } from '#src/config/values';
import type { RestRequest } from '#src/flows/caller';
import type { IdentifyCaller } from '#src/flows/identify-caller';
import { fail } from '#src/lib/errors';
import type { Json } from '#src/lib/json';
import { currentContext } from '#src/observability/context';
import type { Input, Operation } from '#src/rest-v2/operation';
import { parameterShapes } from '#src/rest-v2/requests';
import { readBearer } from './bearer.ts';
import { readForm, readJson } from './body.ts';
import type { Context, RouteContext } from './context.ts';
import { restrictCors } from './cors.ts';
import { readDevice } from './device.ts';
import { guard } from './guard.ts';

interface Deps {
  readonly identifyCaller: IdentifyCaller;
}

/** Reads and checks the request of an operation. */
export type ReadRestRequest = (operation: Operation) => (ctx: RouteContext) => Promise<RestRequest>;

/** Anchored, and never `.` or `..`: it can add no segment to a URL of ours. */
const serviceProviderParam = z.object({ serviceProvider: adobeId });

/** Bearer, service provider, device, caller; then what the row lists: parameters, query, body. */
export const createReadRestRequest =
  ({ identifyCaller }: Deps): ReadRestRequest =>
  (operation) => {
    const readInput = createReadInput(operation);
    return async (ctx) => {
      const bearer = readBearer(ctx);
      const { serviceProvider } = guard(serviceProviderParam, ctx.params);
      const device = readDevice(ctx);
      if (operation.caller === 'viewer' && device.identifier === undefined) {
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
      // Read by viewer calls only, and only for an app that may supply one.
      const suppliedToken = ctx.req.headers['ad-service-token'];
      return {
        caller,
        device,
        serviceProvider,
        input: await readInput(ctx),
        ...(typeof suppliedToken === 'string' && { suppliedToken }),
        signal: ctx.state.signal,
      };
    };
  };

const createReadInput = (operation: Operation) => {
  const { serviceProvider: _readAlready, ...shapes } = parameterShapes(operation);
  const parameters = z.object(shapes);
  const { query, body } = operation;
  return async (ctx: RouteContext): Promise<Input> => ({
    parameters: guard(parameters, ctx.params),
    ...(query && { query: guard(query, { ...ctx.query }) }),
    ...(body && { body: guard(body.shape, await readBody(ctx, body.contentType)) }),
  });
};

const readBody = (ctx: Context, contentType: string): Promise<unknown> =>
  contentType === 'application/json' ? readJson(ctx) : readForm(ctx);

/** Adobe's status and body, as REST V2 sends them. */
export const sendAnswer = (ctx: Context, { status, body }: { status: number; body: Json }): void => {
  ctx.status = status;
  ctx.body = JSON.stringify(body);
  ctx.type = 'application/json;charset=UTF-8';
};
