import type { Ids } from '#src/lib/ids';
import { runInContext } from '#src/observability/context';
import type { ClientAddress } from './client-address.ts';
import type { GatewayState, Middleware } from './context.ts';

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

/** A request's id, its abort signal, its logging context. */
export const createRequestScope =
  ({ ids }: { readonly ids: Pick<Ids, 'uuid'> }): Middleware =>
  (ctx, next) => {
    const { res } = ctx;
    const state: GatewayState = { requestId: ids.uuid(), client: nobody, isGone: false };
    ctx.state = state;
    res.setHeader('X-Content-Type-Options', 'nosniff');
    res.on('close', () => {
      if (!res.writableFinished) leave(state);
    });
    return runInContext({ requestId: state.requestId }, next);
  };
