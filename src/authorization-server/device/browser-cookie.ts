import type Koa from 'koa';
import type { Ids } from '#src/lib/ids';
import type { CookieNames } from '../provider/cookies.ts';

interface Deps {
  readonly names: Pick<CookieNames, 'browser'>;
  readonly ids: Pick<Ids, 'secret'>;
}

/** Recognizes a browser that is not signed in, so that its forms are its own. Nothing is stored about it. */
export const createBrowserCookie = ({ names, ids }: Deps) => {
  const read = (ctx: Koa.Context): string | undefined => {
    const value = ctx.cookies.get(names.browser, { signed: false });
    return value && /^[\w-]{43}$/.test(value) ? value : undefined;
  };
  return {
    read,
    ensure: (ctx: Koa.Context): string => {
      const known = read(ctx);
      if (known !== undefined) return known;
      const value = ids.secret();
      ctx.cookies.set(names.browser, value, { signed: false, httpOnly: true, sameSite: 'lax', path: '/' });
      return value;
    },
  };
};

export type BrowserCookie = ReturnType<typeof createBrowserCookie>;
