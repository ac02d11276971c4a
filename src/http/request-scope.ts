import type { Ids } from '#src/lib/ids';
import { runInContext } from '#src/observability/context';
import type { ClientAddress } from './client-address.ts';
import type { GatewayState, Middleware } from './context.ts';

const nobody: ClientAddress = { address: '' };

/** Most requests end before anybody asks for their signal: it is made for who does. */
const createRequestState = (requestId: string) => {
  let isGone = false;
  let gone: AbortController | undefined;
  const abort = () => gone?.abort(new Error('the client went away'));
  const state: GatewayState = {
    requestId,
    client: nobody,
    get isGone() {
      return isGone;
    },
    get signal() {
      gone ??= new AbortController();
      if (isGone) abort();
      return gone.signal;
    },
  };
  const leave = (): void => {
    isGone = true;
    abort();
  };
  return { state, leave };
};

/** A request's id, its abort signal, its logging context. */
export const createRequestScope =
  ({ ids }: { readonly ids: Pick<Ids, 'uuid'> }): Middleware =>
  (ctx, next) => {
    const { res } = ctx;
    const { state, leave } = createRequestState(ids.uuid());
    ctx.state = state;
    res.setHeader('X-Content-Type-Options', 'nosniff');
    res.on('close', () => {
      if (!res.writableFinished) leave();
    });
    return runInContext({ requestId: state.requestId }, next);
  };
