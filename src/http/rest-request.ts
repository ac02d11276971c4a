import { z } from 'zod';
import type { AppConfig } from '#src/config/schema';
import { adobeId } from '#src/config/values';
import type { Caller } from '#src/flows/caller';
import { fail } from '#src/lib/errors';
import type { Json } from '#src/lib/json';
import { nameCaller } from '#src/observability/context';
import { noteInput } from '#src/observability/request-facts';
import type { Input, Operation } from '#src/rest-v2/operation';
import { mayRedirectTo } from '#src/rest-v2/redirect-url';
import { parameterShapes } from '#src/rest-v2/requests';
import { readBearer } from './bearer.ts';
import { charsetOf, readForm, readJson } from './body.ts';
import type { Context, RouteContext } from './context.ts';
import { restrictCors } from './cors.ts';
import type { DescribedDevice, ReadDevice } from './device.ts';
import { guard } from './guard.ts';
import { parameterCode } from './parameter-codes.ts';
import { withVisitor } from './visitor.ts';

/** Anchored, and never `.` or `..`: it can add no segment to a URL of ours. */
const serviceProviderParam = z.object({ serviceProvider: adobeId });

/** What tells from which device a call is, and for which service provider. */
interface Place extends DescribedDevice {
  readonly serviceProvider: string;
}

/** Who is calling, too. */
interface Sender extends Place {
  readonly bearer: string;
}

/** What a row says of its sender. */
type Sent = Pick<Operation, 'headers' | 'deviceMayBeUnknown' | 'path'>;

const needsDevice = ({ headers, deviceMayBeUnknown }: Sent): boolean =>
  headers.includes('ap-device-identifier') && !deviceMayBeUnknown;

/** Errors: invalid_parameter_service_provider, invalid_header_…; on /v1 also gateway_parameter_invalid. */
export const readPlace = (ctx: RouteContext, row: Sent, readDevice: ReadDevice): Place => {
  const { serviceProvider } = guard(serviceProviderParam, ctx.params, parameterCode);
  ctx.state.facts.serviceProvider = serviceProvider;
  const described = readDevice(ctx);
  if (described.device.identifier === undefined && needsDevice(row)) {
    throw fail('invalid_header_device_identifier', {
      field: 'AP-Device-Identifier',
      hint: 'send "fingerprint " and the Base64 of the device\'s id',
    });
  }
  // REST V2 passes it on as it is.
  const device = row.path.startsWith('/v1/') ? withVisitor(described.device) : described.device;
  return { serviceProvider, ...described, device };
};

/** Errors: gateway_access_token_…, and those of the place. */
export const readSender = (ctx: RouteContext, row: Sent, readDevice: ReadDevice): Sender => {
  const bearer = readBearer(ctx);
  return { bearer, ...readPlace(ctx, row, readDevice) };
};

/** Errors: invalid_access_token_service_provider; invalid_parameter_service_provider for one that no app has. */
export type CheckServiceProvider = (caller: Pick<Caller, 'app'>, serviceProvider: string) => void;

export const createCheckServiceProvider = (apps: readonly AppConfig[]): CheckServiceProvider => {
  const known = new Set(apps.flatMap(({ serviceProviders }) => serviceProviders));
  return ({ app }, serviceProvider) => {
    if (app.serviceProviders.includes(serviceProvider)) return;
    const code = known.has(serviceProvider)
      ? 'invalid_access_token_service_provider'
      : 'invalid_parameter_service_provider';
    throw fail(code, { field: 'serviceProvider' });
  };
};

/** Whom the request is of, for logs and CORS. */
export const nameSender = (ctx: RouteContext, { app, instance }: Caller): void => {
  nameCaller({ app: app.id, instance: instance.id });
  restrictCors(ctx, app);
};

/** Used by viewer calls only, and only for an app that may supply one. */
export const readSuppliedToken = (ctx: Context): string | undefined => {
  const value = ctx.req.headers['ad-service-token'];
  return typeof value === 'string' ? value : undefined;
};

/** Whether the app wants an answer of now (RFC 9111 §5.2.1.4; §5.2.1.1 with 0). */
export const wantsFresh = ({ req }: Context): boolean => {
  const value = req.headers['cache-control'];
  return value !== undefined && /(?:^|[,\s])(?:no-cache|max-age="?0"?)(?:$|[,;\s])/i.test(value);
};

/** Reads and checks what the operation's row lists: parameters, query, body. Errors: invalid_parameter_…, gateway_…. */
export const createReadInput = (operation: Operation) => {
  const { serviceProvider: _readAlready, ...shapes } = parameterShapes(operation);
  const parameters = z.object(shapes);
  const { query, body } = operation;
  return async (ctx: RouteContext): Promise<Input> => {
    const input = {
      parameters: guard(parameters, ctx.params, parameterCode),
      ...(query && { query: guard(query, { ...ctx.query }, parameterCode) }),
      ...(body && {
        body: guard(body.shape, await readBody(ctx, body.contentType), parameterCode),
        charset: charsetOf(ctx),
      }),
    };
    noteInput(ctx.state.facts, input);
    return input;
  };
};

/** Errors: invalid_parameter_redirect_url, for one outside what the app has registered. */
export const checkRedirectUrl = ({ app }: Pick<Caller, 'app'>, { query, body }: Input): void => {
  const given = body?.['redirectUrl'] ?? query?.['redirectUrl'];
  if (typeof given === 'string' && !mayRedirectTo(given, app)) {
    throw fail('invalid_parameter_redirect_url', {
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
  readonly retryAfter?: number | undefined;
}

/** Adobe's status and body, as REST V2 sends them, and Retry-After in seconds. */
export const sendAnswer = (ctx: Context, answer: Sendable): void => {
  ctx.status = answer.status;
  ctx.body = answer.bytes ?? JSON.stringify(answer.body);
  if (answer.retryAfter !== undefined) ctx.set('Retry-After', String(answer.retryAfter));
  ctx.type = 'application/json;charset=UTF-8';
};
