import type { OperationFlow } from '#src/flows/call-operation';
import type { RestRequest } from '#src/flows/caller';
import type { WatchCode } from '#src/flows/watch-code';
import type { Clock } from '#src/lib/clock';
import type { Operation } from '#src/rest-v2/operation';
import { operations } from '#src/rest-v2/operations';
import type { Handler, RouteContext } from '../context.ts';
import { streamAnswer } from '../event-stream.ts';
import { preferredWait } from '../prefer.ts';
import { type ReadRestRequest, sendAnswer } from '../rest-request.ts';

interface Deps {
  readonly readRequest: ReadRestRequest;
  flowOf(operation: Operation): OperationFlow;
  readonly watchCode: WatchCode;
  readonly clock: Clock;
}

/** The lifetime of a code, as Adobe documents it. */
const maxStream = 30 * 60_000;

/** The handler of any operation: read the request, run its flow, send Adobe's answer. */
export const createOperationHandler = ({ readRequest, flowOf, watchCode, clock }: Deps) => {
  const respondWhenKnown = createRespondWhenKnown({ watchCode, clock });
  return (operation: Operation): Handler => {
    const read = readRequest(operation);
    const flow = flowOf(operation);
    const respond = operation.name === operations.getProfileByCode.name ? respondWhenKnown : respondAtOnce;
    return async (ctx) => respond(ctx, await read(ctx), flow);
  };
};

type Respond = (ctx: RouteContext, request: RestRequest, flow: OperationFlow) => Promise<void>;

const respondAtOnce: Respond = async (ctx, request, flow) => sendAnswer(ctx, await flow(request));

/** The profile behind a code: at once, held back by `Prefer: wait`, or as an event stream. */
const createRespondWhenKnown =
  ({ watchCode, clock }: Pick<Deps, 'watchCode' | 'clock'>): Respond =>
  async (ctx, request, flow) => {
    const { signal } = ctx.state;
    if (ctx.get('Accept').includes('text/event-stream')) {
      return streamAnswer(ctx, clock, watchCode({ ...request, signal, until: clock.now() + maxStream }));
    }
    const wait = preferredWait(ctx);
    if (wait === undefined) return respondAtOnce(ctx, request, flow);
    ctx.set('Preference-Applied', `wait=${wait}`);
    sendAnswer(ctx, await watchCode({ ...request, signal, until: clock.now() + wait * 1000 }));
  };
