import type { OperationFlow } from '#src/flows/call-operation';
import type { Caller, RestRequest } from '#src/flows/caller';
import type { Watch } from '#src/flows/hold-answer';
import { type IdentifyCaller, maxIdentifiedFor } from '#src/flows/identify-caller';
import type { Clock } from '#src/lib/clock';
import type { Operation } from '#src/rest-v2/operation';
import type { TellActivationLink } from '../activation-link.ts';
import type { Handler, RouteContext } from '../context.ts';
import type { ReadDevice } from '../device.ts';
import type { ReportDevice } from '../device-report.ts';
import type { ActionOf } from '../errors.ts';
import { streamAnswer } from '../event-stream.ts';
import { headerOf } from '../header.ts';
import type { Heartbeat } from '../heartbeat.ts';
import { preferredWait, wantsEvents } from '../prefer.ts';
import { signalOf } from '../request-scope.ts';
import {
  type CheckServiceProvider,
  checkRedirectUrl,
  createReadInput,
  nameSender,
  readSender,
  readSuppliedToken,
  sendAnswer,
  wantsFresh,
} from '../rest-request.ts';

interface Deps {
  readonly identifyCaller: IdentifyCaller;
  /** By the newest settings, which may not be those that this request began with. */
  readonly identifyAgain: IdentifyCaller;
  /** See `Waiters`. */
  readonly generation: () => number;
  readonly checkServiceProvider: CheckServiceProvider;
  readonly readDevice: ReadDevice;
  readonly reportDevice: ReportDevice;
  flowOf(operation: Operation): OperationFlow;
  /** What may be held back until there is a profile, by the name of the operation. */
  readonly watches: Readonly<Record<string, Watch>>;
  readonly clock: Clock;
  readonly heartbeat: Heartbeat;
  readonly actionOf: ActionOf;
  tellActivationLink(operation: Operation): TellActivationLink | undefined;
}

/** The lifetime of a code, as Adobe documents it. */
const maxStream = 30 * 60_000;

/** The handler of any operation: read the request, identify the caller, run the flow, send Adobe's answer. */
export const createOperationHandler = (deps: Deps) => {
  const { identifyCaller, checkServiceProvider, flowOf, clock } = deps;
  return (operation: Operation): Handler => {
    const readInput = createReadInput(operation);
    const flow = flowOf(operation);
    const watch = deps.watches[operation.name];
    const respondAtOnce = createRespondAtOnce(deps.tellActivationLink(operation));
    const respond = watch ? createRespondWhenKnown(watch, deps, respondAtOnce) : respondAtOnce;
    return async (ctx) => {
      const { bearer, serviceProvider, device, info } = readSender(ctx, operation, deps.readDevice);
      const credentials = { bearer, identifier: device.identifier };
      const since = watch ? deps.generation() : 0;
      const first = await identifyCaller(credentials);
      nameSender(ctx, first);
      checkServiceProvider(first, serviceProvider);
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
      deps.reportDevice(caller.app.id, info, input.parameters?.['mvpd'] ?? input.body?.['mvpd']);
      const suppliedToken = readSuppliedToken(ctx);
      const signal = signalOf(ctx.state);
      const isFresh = wantsFresh(ctx);
      const acceptLanguage = headerOf(ctx, 'accept-language');
      const sent = { device, serviceProvider, input, suppliedToken, isFresh, acceptLanguage };
      const request = { caller, ...sent, signal };
      await respond(ctx, { ...request, since, identifyAgain }, flow);
    };
  };
};

type Identified = RestRequest & { readonly since: number; identifyAgain(): Promise<Caller> };

type Respond = (ctx: RouteContext, request: Identified, flow: OperationFlow) => Promise<void>;

const createRespondAtOnce =
  (tellActivationLink: TellActivationLink | undefined): Respond =>
  async (ctx, request, flow) => {
    const answer = await flow(request);
    tellActivationLink?.(ctx, request, answer);
    sendAnswer(ctx, answer);
  };

/** A profile: at once, held back by `Prefer: wait`, or as an event stream. */
const createRespondWhenKnown =
  (watch: Watch, deps: Pick<Deps, 'clock' | 'heartbeat' | 'actionOf'>, respondAtOnce: Respond): Respond =>
  async (ctx, request, flow) => {
    const signal = signalOf(ctx.state);
    if (wantsEvents(ctx)) {
      const answer = watch({ ...request, signal, hold: maxStream });
      return streamAnswer(ctx, deps, answer);
    }
    const wait = preferredWait(ctx);
    if (wait === undefined) return respondAtOnce(ctx, request, flow);
    ctx.set('Preference-Applied', `wait=${wait}`);
    sendAnswer(ctx, await watch({ ...request, signal, hold: wait * 1000 }));
  };
