import type { OperationFlow } from '#src/flows/call-operation';
import type { Caller, RestRequest } from '#src/flows/caller';
import { type IdentifyCaller, maxIdentifiedFor } from '#src/flows/identify-caller';
import type { WatchCode } from '#src/flows/watch-code';
import type { Clock } from '#src/lib/clock';
import type { Operation } from '#src/rest-v2/operation';
import { operations } from '#src/rest-v2/operations';
import type { Handler, RouteContext } from '../context.ts';
import { streamAnswer } from '../event-stream.ts';
import type { Heartbeat } from '../heartbeat.ts';
import { preferredWait } from '../prefer.ts';
import { signalOf } from '../request-scope.ts';
import {
  checkApp,
  checkRedirectUrl,
  checkServiceProvider,
  createReadInput,
  readSender,
  readSuppliedToken,
  sendAnswer,
} from '../rest-request.ts';

interface Deps {
  readonly identifyCaller: IdentifyCaller;
  /** By the newest settings, which may not be those that this request began with. */
  readonly identifyAgain: IdentifyCaller;
  /** See `Waiters`. */
  readonly generation: () => number;
  flowOf(operation: Operation): OperationFlow;
  readonly watchCode: WatchCode;
  readonly clock: Clock;
  readonly heartbeat: Heartbeat;
}

/** The lifetime of a code, as Adobe documents it. */
const maxStream = 30 * 60_000;

/** The handler of any operation: read the request, identify the caller, run the flow, send Adobe's answer. */
export const createOperationHandler = (deps: Deps) => {
  const { identifyCaller, flowOf, clock } = deps;
  const respondWhenKnown = createRespondWhenKnown(deps);
  return (operation: Operation): Handler => {
    const readInput = createReadInput(operation);
    const flow = flowOf(operation);
    const isWatched = operation.name === operations.getProfileByCode.name;
    const respond = isWatched ? respondWhenKnown : respondAtOnce;
    return async (ctx) => {
      const { bearer, serviceProvider, device } = readSender(ctx, operation);
      const credentials = { bearer, identifier: device.identifier };
      const since = isWatched ? deps.generation() : 0;
      const first = await identifyCaller(credentials);
      checkApp(ctx, first, serviceProvider);
      const identifyAgain = async (): Promise<Caller> => {
        const found = await deps.identifyAgain(credentials);
        checkServiceProvider(found, serviceProvider);
        return found;
      };
      const identifiedAt = clock.monotonic();
      const input = await readInput(ctx);
      const isOutdated = clock.monotonic() - identifiedAt > maxIdentifiedFor;
      const caller = isOutdated ? await identifyAgain() : first;
      checkRedirectUrl(caller, input);
      const suppliedToken = readSuppliedToken(ctx);
      const signal = signalOf(ctx.state);
      const request = { caller, device, serviceProvider, input, suppliedToken, signal };
      await respond(ctx, { ...request, since, identifyAgain }, flow);
    };
  };
};

type Identified = RestRequest & { readonly since: number; identifyAgain(): Promise<Caller> };

type Respond = (ctx: RouteContext, request: Identified, flow: OperationFlow) => Promise<void>;

const respondAtOnce: Respond = async (ctx, request, flow) => sendAnswer(ctx, await flow(request));

/** The profile behind a code: at once, held back by `Prefer: wait`, or as an event stream. */
const createRespondWhenKnown =
  ({ watchCode, clock, heartbeat }: Pick<Deps, 'watchCode' | 'clock' | 'heartbeat'>): Respond =>
  async (ctx, request, flow) => {
    const signal = signalOf(ctx.state);
    if (ctx.get('Accept').includes('text/event-stream')) {
      const answer = watchCode({ ...request, signal, hold: maxStream });
      return streamAnswer(ctx, { clock, heartbeat }, answer);
    }
    const wait = preferredWait(ctx);
    if (wait === undefined) return respondAtOnce(ctx, request, flow);
    ctx.set('Preference-Applied', `wait=${wait}`);
    sendAnswer(ctx, await watchCode({ ...request, signal, hold: wait * 1000 }));
  };
