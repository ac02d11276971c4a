import type { Ids } from '#src/lib/ids';
import { runInContext } from '#src/observability/context';
import type { Middleware } from './context.ts';

/** A request's id, its abort signal, its logging context. */
export const createRequestScope =
  ({ ids }: { readonly ids: Pick<Ids, 'uuid'> }): Middleware =>
  async (ctx, next) => {
    const gone = new AbortController();
    ctx.state.requestId = ids.uuid();
    ctx.state.signal = gone.signal;
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.res.once('close', () => {
      if (!ctx.res.writableFinished) gone.abort(new Error('the client went away'));
    });
    await runInContext({ requestId: ctx.state.requestId }, next);
  };
