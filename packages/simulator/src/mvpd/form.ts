import type { RouterContext } from '@koa/router';
import { mediaType, readBody } from '#src/site';

/** The fields of a posted form; empty for any other body. */
export const formOf = async (ctx: RouterContext): Promise<URLSearchParams> => {
  const isForm = mediaType(ctx.headers['content-type']) === 'application/x-www-form-urlencoded';
  return new URLSearchParams(isForm ? await readBody(ctx.req) : '');
};
