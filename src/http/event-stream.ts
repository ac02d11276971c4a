import type { IncomingMessage } from 'node:http';
import type { Clock } from '#src/lib/clock';
import { fail, KinpassError } from '#src/lib/errors';
import type { Json } from '#src/lib/json';
import { currentFacts } from '#src/observability/context';
import { noteError } from '#src/observability/request-facts';
import type { Context, GatewayState } from './context.ts';
import type { ActionOf } from './errors.ts';
import type { Heartbeat } from './heartbeat.ts';
import { signalOf } from './request-scope.ts';
import { sendAnswer } from './rest-request.ts';

interface Awaited {
  readonly status: number;
  readonly body: Json;
  /** This process ends: the client is to connect again, to another one. */
  readonly isHandedOver?: boolean;
}

type Outcome = { readonly value: Awaited } | { readonly error: unknown };

interface Deps {
  readonly clock: Clock;
  readonly heartbeat: Heartbeat;
  readonly actionOf: ActionOf;
}

/** An error within this time is sent as a plain response, not as an event. */
export const headStart = 1_000;

/**
 * Sends an answer that may take minutes as server-sent events: `profile` or `error` once, comments until then to keep
 * the connection open. One that is handed over ends without an event, with the time after which to connect again.
 * Resolves when the stream is open, so that nothing is kept of the request but what it waits for. Written to the response
 * directly: a stream object would cost more than the request.
 */
export const streamAnswer = async (ctx: Context, deps: Deps, answer: Promise<Awaited>): Promise<void> => {
  const { clock, heartbeat, actionOf } = deps;
  const settled: Promise<Outcome> = answer.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const patience = clock.wait(headStart, signalOf(ctx.state)).then(nothing, nothing);
  const first = await Promise.race([settled, patience]);
  if (first && 'error' in first) throw first.error;
  if (first && first.value.status !== 200) return sendAnswer(ctx, first.value);
  if (ctx.state.isGone) return;

  beginEvents(ctx);
  const { res } = ctx;
  const { requestId } = ctx.state;
  const lastOf = (outcome: Outcome) =>
    isHandedOver(outcome) ? reconnectionOf({ requestId }) : eventOf(outcome, actionOf);
  if (first) return void res.end(lastOf(first));
  heartbeat.keepOpen(res);
  void settled.then((outcome) => {
    // To a client that went away, nothing is sent.
    if (!res.destroyed) res.end(lastOf(outcome));
  });
};

/** From now on the response is written to directly; nothing is read of the request. */
export const beginEvents = (ctx: Context): void => {
  ctx.respond = false;
  ctx.res.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  forgetHeaders(ctx.req);
};

const isHandedOver = (outcome: Outcome): boolean => 'value' in outcome && outcome.value.isHandedOver === true;

/** After one to five seconds (WHATWG HTML, server-sent events): thousands of streams end at once. Ids are random. */
export const reconnectionOf = ({ requestId }: Pick<GatewayState, 'requestId'>): string =>
  `retry: ${1_000 + Number.parseInt(requestId.slice(0, 3), 16)}\n\n`;

const nothing = () => undefined;

/** The connection keeps its request for as long as the stream is open, minutes in which nobody reads it. */
const forgetHeaders = (request: IncomingMessage): void => {
  request.headers = {};
  request.rawHeaders = [];
};

export const errorEvent = (error: KinpassError, actionOf: ActionOf): string => {
  const { code, status } = error;
  const facts = currentFacts();
  if (facts) noteError(facts, error);
  return `event: error\ndata: ${JSON.stringify({ action: actionOf(error), status, code })}\n\n`;
};

const eventOf = (outcome: Outcome, actionOf: ActionOf): string => {
  if ('error' in outcome)
    return errorEvent(
      outcome.error instanceof KinpassError ? outcome.error : fail('gateway_internal'),
      actionOf,
    );
  const { status, body } = outcome.value;
  return `event: ${status === 200 ? 'profile' : 'error'}\ndata: ${JSON.stringify(body)}\n\n`;
};
