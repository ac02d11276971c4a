import type Koa from 'koa';

/** Sends the browser on by GET, whatever it came with. */
export const seeOther = (ctx: Koa.Context, url: string): void => {
  ctx.status = 303;
  ctx.redirect(url);
};

/** Whoever works for a request stops when the browser has gone. */
export const untilGone = (ctx: Koa.Context): AbortSignal => {
  const gone = new AbortController();
  ctx.res.once('close', () => gone.abort());
  return gone.signal;
};
