import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import { KinpassError } from '#src/lib/errors';
import { mediaType, type Route, readBody } from '../site.ts';

/** One line of the control API; `path` lies under `/_control`. */
export interface ControlRoute {
  readonly method: Route['method'];
  readonly path: string;
  /** What it does, in one line; `GET /_control` lists these. */
  readonly about: string;
  handle(ctx: RouterContext): Promise<void> | void;
}

/** Answered as 400 with `{error}`. */
export class BadRequest extends Error {}

const jsonOf = async (ctx: RouterContext): Promise<unknown> => {
  // A page of another origin cannot send this type without asking first.
  if (mediaType(ctx.headers['content-type']) !== 'application/json')
    throw new BadRequest('send Content-Type: application/json');
  const text = await readBody(ctx.req);
  try {
    return JSON.parse(text);
  } catch {
    throw new BadRequest('the body is not JSON');
  }
};

/** The request's JSON body. Throws BadRequest, which names every member at fault. */
export const read = async <S extends z.ZodType>(ctx: RouterContext, schema: S): Promise<z.output<S>> => {
  const parsed = schema.safeParse(await jsonOf(ctx));
  if (!parsed.success) throw new BadRequest(z.prettifyError(parsed.error));
  return parsed.data;
};

export const say = (ctx: RouterContext, status: number, body?: object): void => {
  ctx.status = status;
  if (body) ctx.body = body;
};

const foreign = (ctx: RouterContext): boolean => {
  const { origin } = ctx.headers;
  return origin !== undefined && origin !== `http://${ctx.host}`;
};

const messageOf = (error: unknown): string | null => {
  if (error instanceof BadRequest) return error.message;
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof KinpassError ? (error.hint ?? error.message) : null;
};

/** As the site takes it. Errors of the control API are its own: `{error}` in words, 400; 403 to pages of others. */
export const asSiteRoute = ({ method, path, handle }: ControlRoute): Route => ({
  ...{ operation: 'control', method, path: `/_control${path}` },
  handle: async (ctx) => {
    if (foreign(ctx)) return say(ctx, 403, { error: `pages of ${ctx.headers.origin} have no say here` });
    try {
      await handle(ctx);
    } catch (error) {
      const message = messageOf(error);
      if (message === null) throw error;
      say(ctx, 400, { error: message });
    }
  },
});
