import type { Clock } from '#src/lib/clock';
import { fail, KinpassError } from '#src/lib/errors';
import type { Context } from './context.ts';
import type { ActionOf } from './errors.ts';
import { beginEvents, errorEvent, headStart, reconnectionOf } from './event-stream.ts';
import type { Heartbeat } from './heartbeat.ts';
import { signalOf } from './request-scope.ts';
import type { StartAnswer } from './start-endpoint.ts';

interface Deps {
  readonly clock: Clock;
  readonly heartbeat: Heartbeat;
  readonly actionOf: ActionOf;
}

/** An answer; or the process ends, and the client is to connect again, to another one. */
export type StreamedStep = StartAnswer | 'reconnect';

const eventOf = (answer: StartAnswer): string =>
  `id: ${answer.id}\nevent: start\ndata: ${JSON.stringify(answer)}\n\n`;

const nothing = () => undefined;

/**
 * Sends each answer as a server-sent event `start`, with its id; what goes wrong later as `error`. What goes wrong at once is
 * thrown. Resolves when the stream is open.
 */
export const streamSteps = async (
  ctx: Context,
  { clock, heartbeat, actionOf }: Deps,
  steps: AsyncGenerator<StreamedStep, void>,
): Promise<void> => {
  const first = steps.next();
  const patience = clock.wait(headStart, signalOf(ctx.state)).then(nothing, nothing);
  await Promise.race([first, patience]);
  if (ctx.state.isGone) return void first.catch(nothing);
  const { res } = ctx;
  const reconnection = reconnectionOf(ctx.state);
  beginEvents(ctx);
  heartbeat.keepOpen(res);

  const run = async (): Promise<void> => {
    for (let step = await first; !step.done; step = await steps.next()) {
      const { value } = step;
      if (!res.destroyed) res.write(value === 'reconnect' ? reconnection : eventOf(value));
    }
  };
  void run()
    .catch((thrown: unknown) => {
      const error = thrown instanceof KinpassError ? thrown : fail('gateway_internal', { cause: thrown });
      if (!res.destroyed) res.write(errorEvent(error, actionOf));
    })
    .finally(() => res.destroyed || res.end());
};
