import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import { SimulatorError } from '#src/lib/errors';
import { mediaType, type Route, readBody } from '#src/site';

/** A route under `/_control`. */
export interface ControlRoute extends Pick<Route, 'method' | 'path' | 'handle'> {
  /** What it does, in one line; `GET /_control` lists these. */
  readonly about?: string;
}

/** Answered 400, in words. */
export class BadRequest extends Error {}

/** The JSON body; BadRequest for what the schema refuses, naming every member at fault. */
export const read = async <S extends z.ZodType>(ctx: RouterContext, schema: S): Promise<z.output<S>> => {
  // A page of another origin cannot send this type without asking first.
  if (mediaType(ctx.headers['content-type']) !== 'application/json')
    throw new BadRequest('send Content-Type: application/json');
  const text = await readBody(ctx.req);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadRequest('the body is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new BadRequest(z.prettifyError(parsed.error));
  return parsed.data;
};

export const say = (ctx: RouterContext, status: number, body?: object): void => {
  ctx.status = status;
  if (body) ctx.body = body;
};

/** Whether a page of another origin asks; even a request without a body would change the world. */
const isForeign = ({ headers, host }: RouterContext): boolean =>
  headers.origin !== undefined && headers.origin !== `http://${host}`;

const messageOf = (error: unknown): string | null => {
  if (error instanceof BadRequest) return error.message;
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof SimulatorError ? (error.hint ?? error.message) : null;
};

/** Errors of the control API are its own: `{error}` in words, 400; 403 to pages of others. */
export const guarded =
  (handle: (ctx: RouterContext) => Promise<void> | void): Route['handle'] =>
  async (ctx) => {
    if (isForeign(ctx)) return say(ctx, 403, { error: `pages of ${ctx.headers.origin} have no say here` });
    try {
      await handle(ctx);
    } catch (error) {
      const message = messageOf(error);
      if (message === null) throw error;
      say(ctx, 400, { error: message });
    }
  };

/** As the site takes it. */
export const asSiteRoute = ({ method, path, handle }: ControlRoute): Route => ({
  operation: 'control',
  method,
  path: `/_control${path}`,
  handle: guarded(handle),
});
