import { z } from 'zod';
import { adobeId } from '#src/config/values';
import type { Caller } from '#src/flows/caller';
import type { Device } from '#src/lib/device';
import { fail } from '#src/lib/errors';
import type { Json } from '#src/lib/json';
import { nameCaller } from '#src/observability/context';
import type { Input, Operation } from '#src/rest-v2/operation';
import { mayRedirectTo } from '#src/rest-v2/redirect-url';
import { parameterShapes } from '#src/rest-v2/requests';
import { readBearer } from './bearer.ts';
import { readForm, readJson } from './body.ts';
import type { Context, RouteContext } from './context.ts';
import { restrictCors } from './cors.ts';
import { readDevice } from './device.ts';
import { guard } from './guard.ts';

/** Anchored, and never `.` or `..`: it can add no segment to a URL of ours. */
const serviceProviderParam = z.object({ serviceProvider: adobeId });

/** What tells who is calling, from which device, for which service provider. */
interface Sender {
  readonly bearer: string;
  readonly serviceProvider: string;
  readonly device: Device;
}

/** Errors: gateway_access_token_…, gateway_parameter_invalid, gateway_header_…. */
export const readSender = (ctx: RouteContext, operation: Operation): Sender => {
  const bearer = readBearer(ctx);
  const { serviceProvider } = guard(serviceProviderParam, ctx.params);
  const device = readDevice(ctx);
  if (operation.caller === 'viewer' && device.identifier === undefined) {
    throw fail('gateway_header_device_identifier', {
      field: 'AP-Device-Identifier',
      hint: 'send "fingerprint " and the Base64 of the device\'s id',
    });
  }
  return { bearer, serviceProvider, device };
};

/** Errors: gateway_service_provider_not_allowed. */
export const checkServiceProvider = ({ app }: Caller, serviceProvider: string): void => {
  if (app.serviceProviders.includes(serviceProvider)) return;
  throw fail('gateway_service_provider_not_allowed', { field: 'serviceProvider' });
};

/** What the caller's app may do: CORS origins, service providers. Errors: gateway_service_provider_not_allowed. */
export const checkApp = (ctx: RouteContext, caller: Caller, serviceProvider: string): void => {
  nameCaller({ app: caller.app.id, instance: caller.instance.id });
  restrictCors(ctx, caller.app);
  checkServiceProvider(caller, serviceProvider);
};

/** Used by viewer calls only, and only for an app that may supply one. */
export const readSuppliedToken = (ctx: Context): string | undefined => {
  const value = ctx.req.headers['ad-service-token'];
  return typeof value === 'string' ? value : undefined;
};

/** Reads and checks what the operation's row lists: parameters, query, body. */
export const createReadInput = (operation: Operation) => {
  const { serviceProvider: _readAlready, ...shapes } = parameterShapes(operation);
  const parameters = z.object(shapes);
  const { query, body } = operation;
  return async (ctx: RouteContext): Promise<Input> => ({
    parameters: guard(parameters, ctx.params),
    ...(query && { query: guard(query, { ...ctx.query }) }),
    ...(body && { body: guard(body.shape, await readBody(ctx, body.contentType)) }),
  });
};

/** Errors: gateway_parameter_invalid, for a redirectUrl outside what the app has registered. */
export const checkRedirectUrl = ({ app }: Caller, { query, body }: Input): void => {
  const given = body?.['redirectUrl'] ?? query?.['redirectUrl'];
  if (typeof given === 'string' && !mayRedirectTo(given, app)) {
    throw fail('gateway_parameter_invalid', {
      field: 'redirectUrl',
      hint: 'must be in a domain or of a scheme that is registered for the application',
    });
  }
};

const readBody = (ctx: Context, contentType: string): Promise<unknown> =>
  contentType === 'application/json' ? readJson(ctx) : readForm(ctx);

/** What `sendAnswer` sends: the bytes where there are any, else the body. */
export interface Sendable {
  readonly status: number;
  readonly body: Json;
  readonly bytes?: Buffer | undefined;
}

/** Adobe's status and body, as REST V2 sends them. */
export const sendAnswer = (ctx: Context, answer: Sendable): void => {
  ctx.status = answer.status;
  ctx.body = answer.bytes ?? JSON.stringify(answer.body);
  ctx.type = 'application/json;charset=UTF-8';
};
