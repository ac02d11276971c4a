import type { Ids } from '#src/lib/ids';
import { runInContext } from '#src/observability/context';
import { noFacts } from '#src/observability/request-facts';
import type { ClientAddress } from './client-address.ts';
import type { Context, GatewayState, Middleware } from './context.ts';

const nobody: ClientAddress = { address: '' };

const leave = (state: GatewayState): void => {
  state.isGone = true;
  state.gone?.abort(new Error('the client went away'));
};

/** Aborted when the client goes away. Most requests end before anybody asks: it is made for who does. */
export const signalOf = (state: GatewayState): AbortSignal => {
  state.gone ??= new AbortController();
  if (state.isGone) leave(state);
  return state.gone.signal;
};

/** A request's id, and whether its client is still there. */
export const createRequestScope =
  ({ ids }: { readonly ids: Pick<Ids, 'uuid'> }): Middleware =>
  (ctx, next) => {
    const { res } = ctx;
    const requestId = ids.uuid();
    const state: GatewayState = {
      requestId,
      context: { requestId },
      facts: noFacts(),
      client: nobody,
      isGone: false,
    };
    ctx.state = state;
    res.on('close', () => {
      if (!res.writableFinished) leave(state);
    });
    return next();
  };

/** Headers of every response. */
export const setCommonHeaders = ({ res, state }: Pick<Context, 'res' | 'state'>, tellsId = true): void => {
  res.setHeader('X-Content-Type-Options', 'nosniff');
  if (tellsId) res.setHeader('X-Request-Id', state.requestId);
};

/** Headers of every answer. The lines that are logged on the way have the request's id. */
export const createRequestContext =
  ({ tellsId }: { readonly tellsId: boolean }): Middleware =>
  (ctx, next) => {
    setCommonHeaders(ctx, tellsId);
    return runInContext(ctx.state.context, next, ctx.state.facts);
  };
