import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import { SimulatorError } from '#src/lib/errors';
import { mediaType, type Route, readBody } from '#src/site';

/** A route under `/_control`. */
export interface ControlRoute extends Pick<Route, 'method' | 'path' | 'handle'> {
  /** One line on what it does, listed by `GET /_control`. */
  readonly about?: string;
}

/** The response is 400 with this message. */
export class BadRequest extends Error {}

/** Parses the JSON body. Throws BadRequest, naming every invalid member. */
export const readJson = async <S extends z.ZodType>(ctx: RouterContext, schema: S): Promise<z.output<S>> => {
  // A page of another origin cannot send this type without a CORS preflight.
  if (mediaType(ctx.headers['content-type']) !== 'application/json')
    throw new BadRequest('send Content-Type: application/json');
  const text = await readBody(ctx.req);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadRequest('the body is not valid JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new BadRequest(z.prettifyError(parsed.error));
  return parsed.data;
};

export const respond = (ctx: RouterContext, status: number, body?: object): void => {
  ctx.status = status;
  if (body) ctx.body = body;
};

/** Whether a page of another origin sent the request: even one without a body could change the world. */
const isCrossOrigin = ({ headers, host }: RouterContext): boolean =>
  headers.origin !== undefined && headers.origin !== `http://${host}`;

const messageOf = (error: unknown): string | null => {
  if (error instanceof BadRequest) return error.message;
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof SimulatorError ? (error.hint ?? error.message) : null;
};

/** Errors of the control API are `{error}` with a message: 400, or 403 for pages of another origin. */
const guarded =
  (handle: (ctx: RouterContext) => Promise<void> | void): Route['handle'] =>
  async (ctx) => {
    if (isCrossOrigin(ctx))
      return respond(ctx, 403, { error: `cross-origin requests are not allowed (${ctx.headers.origin})` });
    try {
      await handle(ctx);
    } catch (error) {
      const message = messageOf(error);
      if (message === null) throw error;
      respond(ctx, 400, { error: message });
    }
  };

export const asSiteRoute = ({ method, path, handle }: ControlRoute): Route => ({
  operation: 'control',
  method,
  path: `/_control${path}`,
  handle: guarded(handle),
});
