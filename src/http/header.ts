import type { Context } from './context.ts';

/** The value of a request header by its name in lower case; empty without it. */
export const headerOf = ({ req }: Pick<Context, 'req'>, name: string): string => {
  const value = req.headers[name];
  return typeof value === 'string' ? value : '';
};
