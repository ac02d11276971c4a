import type Koa from 'koa';

/** Redirects the browser by GET, whatever the method of the request. */
export const seeOther = (ctx: Koa.Context, url: string): void => {
  ctx.status = 303;
  ctx.redirect(url);
};

/** Aborted when the browser disconnects before it has been answered. */
export const disconnectSignal = (ctx: Koa.Context): AbortSignal => {
  const controller = new AbortController();
  ctx.res.once('close', () => {
    // An abort makes an exception with its stack, and every response closes.
    if (!ctx.res.writableFinished) controller.abort();
  });
  return controller.signal;
};
