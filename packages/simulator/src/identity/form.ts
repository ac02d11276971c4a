import type { Context } from 'koa';
import { mediaType, readBody } from '#src/site';

/** The fields of a query or form; of a repeated field the last value. */
export type Fields = Readonly<Record<string, string | undefined>>;

export const queryOf = (ctx: Context): Fields =>
  Object.fromEntries(new URLSearchParams(ctx.querystring).entries());

/** The fields of a form body; empty if the body is not a form. */
export const formOf = async (ctx: Context): Promise<Fields> =>
  mediaType(ctx.get('content-type')) === 'application/x-www-form-urlencoded'
    ? Object.fromEntries(new URLSearchParams(await readBody(ctx.req)).entries())
    : {};
