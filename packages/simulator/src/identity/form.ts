import type { Context } from 'koa';
import { mediaType, readBody } from '#src/site';

/** Names and last values of a query or form. */
export type Fields = Readonly<Record<string, string | undefined>>;

export const queryOf = (ctx: Context): Fields =>
  Object.fromEntries(new URLSearchParams(ctx.querystring).entries());

/** The fields of a form body; none when the body is no form. */
export const formOf = async (ctx: Context): Promise<Fields> =>
  mediaType(ctx.get('content-type')) === 'application/x-www-form-urlencoded'
    ? Object.fromEntries(new URLSearchParams(await readBody(ctx.req)).entries())
    : {};
