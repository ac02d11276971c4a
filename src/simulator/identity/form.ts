import type { Context } from 'koa';
import readBody from 'raw-body';

/** Names and last values of a query or form. */
export type Fields = Readonly<Record<string, string | undefined>>;

export const queryOf = (ctx: Context): Fields =>
  Object.fromEntries(new URLSearchParams(ctx.querystring).entries());

/** The fields of a form body; none when the body is no form. Errors: 413 beyond 16 KB. */
export const formOf = async (ctx: Context): Promise<Fields> => {
  if (!ctx.is('urlencoded')) return {};
  const body = await readBody(ctx.req, { limit: '16kb', encoding: 'utf-8' });
  return Object.fromEntries(new URLSearchParams(body).entries());
};
