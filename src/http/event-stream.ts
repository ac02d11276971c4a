import type { Clock } from '#src/lib/clock';
import { entryOf, fail, KinpassError } from '#src/lib/errors';
import type { Json } from '#src/lib/json';
import type { Context } from './context.ts';
import { sendAnswer } from './rest-request.ts';

interface Awaited {
  readonly status: number;
  readonly body: Json;
}

type Outcome = { readonly value: Awaited } | { readonly error: unknown };

/** An error within this time is sent as a plain response, not as an event. */
const headStart = 1_000;
/** Proxies close idle connections. */
const pingInterval = 15_000;

/**
 * Sends an answer that may take minutes as server-sent events: `profile` or `error` once, comments until then to keep
 * the connection open. Written to the response directly: a stream object would cost more than the request.
 */
export const streamAnswer = async (ctx: Context, clock: Clock, answer: Promise<Awaited>): Promise<void> => {
  const { signal } = ctx.state;
  const settled: Promise<Outcome> = answer.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const pause = (ms: number) => clock.wait(ms, signal).then(nothing, nothing);
  const first = await Promise.race([settled, pause(headStart)]);
  if (first && 'error' in first) throw first.error;
  if (first && first.value.status !== 200) return sendAnswer(ctx, first.value);

  ctx.respond = false;
  const { res } = ctx;
  res.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  for (
    let outcome: Outcome | undefined = first;
    !signal.aborted;
    outcome = await Promise.race([settled, pause(pingInterval)])
  ) {
    if (outcome) return void res.end(eventOf(outcome));
    res.write(': waiting\n\n');
  }
};

const nothing = () => undefined;

const eventOf = (outcome: Outcome): string => {
  if ('error' in outcome) {
    const error = outcome.error instanceof KinpassError ? outcome.error : fail('gateway_internal');
    const { code, status } = error;
    return `event: error\ndata: ${JSON.stringify({ action: entryOf(code).action, status, code })}\n\n`;
  }
  const { status, body } = outcome.value;
  return `event: ${status === 200 ? 'profile' : 'error'}\ndata: ${JSON.stringify(body)}\n\n`;
};
