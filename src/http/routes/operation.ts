import type { OperationFlow } from '#src/flows/call-operation';
import type { RestRequest } from '#src/flows/caller';
import type { IdentifyCaller } from '#src/flows/identify-caller';
import type { WatchCode } from '#src/flows/watch-code';
import type { Clock } from '#src/lib/clock';
import type { Operation } from '#src/rest-v2/operation';
import { operations } from '#src/rest-v2/operations';
import type { Handler, RouteContext } from '../context.ts';
import { streamAnswer } from '../event-stream.ts';
import { preferredWait } from '../prefer.ts';
import {
  checkApp,
  checkRedirectUrl,
  createReadInput,
  readSender,
  readSuppliedToken,
  sendAnswer,
} from '../rest-request.ts';

interface Deps {
  readonly identifyCaller: IdentifyCaller;
  flowOf(operation: Operation): OperationFlow;
  readonly watchCode: WatchCode;
  readonly clock: Clock;
}

/** The lifetime of a code, as Adobe documents it. */
const maxStream = 30 * 60_000;

/** The handler of any operation: read the request, identify the caller, run the flow, send Adobe's answer. */
export const createOperationHandler = ({ identifyCaller, flowOf, watchCode, clock }: Deps) => {
  const respondWhenKnown = createRespondWhenKnown({ watchCode, clock });
  return (operation: Operation): Handler => {
    const readInput = createReadInput(operation);
    const flow = flowOf(operation);
    const respond = operation.name === operations.getProfileByCode.name ? respondWhenKnown : respondAtOnce;
    return async (ctx) => {
      const { bearer, serviceProvider, device } = readSender(ctx, operation);
      const caller = await identifyCaller({ bearer, identifier: device.identifier });
      checkApp(ctx, caller, serviceProvider);
      const input = await readInput(ctx);
      checkRedirectUrl(caller, input);
      const suppliedToken = readSuppliedToken(ctx);
      const { signal } = ctx.state;
      await respond(ctx, { caller, device, serviceProvider, input, suppliedToken, signal }, flow);
    };
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
