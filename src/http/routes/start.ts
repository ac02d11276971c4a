import type { AppConfig } from '#src/config/schema';
import type { Caller } from '#src/flows/caller';
import type { SignInRequest } from '#src/flows/device-sign-ins';
import type { FollowedStart, FollowStart } from '#src/flows/follow-start';
import type { IdentifyCaller } from '#src/flows/identify-caller';
import type { TvProvider } from '#src/flows/picker-rules';
import type { StartWish } from '#src/flows/start';
import type { Journey, StartRequest } from '#src/flows/start-journey';
import type { Clock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { webHostOf } from '#src/rest-v2/redirect-url';
import { readBearer } from '../bearer.ts';
import { readJson } from '../body.ts';
import type { Context, Handler, RouteContext } from '../context.ts';
import { restrictCors } from '../cors.ts';
import type { ReadDevice } from '../device.ts';
import type { ReportDevice } from '../device-report.ts';
import type { ActionOf } from '../errors.ts';
import { guard } from '../guard.ts';
import { headerOf } from '../header.ts';
import type { Heartbeat } from '../heartbeat.ts';
import { preferredWait, wantsEvents } from '../prefer.ts';
import { signalOf } from '../request-scope.ts';
import {
  type CheckServiceProvider,
  checkRedirectUrl,
  nameSender,
  readPlace,
  readSuppliedToken,
  wantsFresh,
} from '../rest-request.ts';
import { startAnswerOf } from '../start-answer.ts';
import { type StartQuestion, start } from '../start-endpoint.ts';
import { type StreamedStep, streamSteps } from '../step-stream.ts';

interface Deps {
  readonly identifyCaller: IdentifyCaller;
  /** By the newest settings, which may not be those that this request began with. */
  readonly identifyAgain: IdentifyCaller;
  /** See `Waiters`. */
  readonly generation: () => number;
  /** The app of a client id. */
  findClient(clientId: string): Promise<{ readonly app: AppConfig } | undefined>;
  readonly checkServiceProvider: CheckServiceProvider;
  readonly readDevice: ReadDevice;
  readonly reportDevice: ReportDevice;
  readonly publicOrigin: string;
  readonly beginJourney: (request: StartRequest) => Journey<TvProvider>;
  readonly followStart: FollowStart;
  readonly clock: Clock;
  readonly heartbeat: Heartbeat;
  readonly actionOf: ActionOf;
}

/** The lifetime of a code, as Adobe documents it. */
const maxStream = 30 * 60_000;

/** Where the viewer of an app stands: at once, held back until that changes, or as an event stream. */
export const createStartHandler = (deps: Deps): Handler => {
  const readQuestion = createReadQuestion(deps);
  const respond = createRespond(deps);
  return async (ctx) => {
    const since = deps.generation();
    const { asked, identifyAgain } = await readQuestion(ctx);
    const journey = deps.beginJourney(asked);
    const seen = headerOf(ctx, 'last-event-id') || undefined;
    await respond(ctx, { asked, journey, seen, since, identifyAgain });
  };
};

type Begun = Omit<FollowedStart<TvProvider>, 'hold'>;

const createRespond = ({ publicOrigin, followStart, ...deps }: Deps) => {
  async function* stepsOf(followed: FollowedStart<TvProvider>): AsyncGenerator<StreamedStep, void> {
    for await (const { started, isHandedOver } of followStart.follow(followed))
      yield isHandedOver ? 'reconnect' : startAnswerOf(started, publicOrigin);
  }

  return async (ctx: Context, begun: Begun): Promise<void> => {
    if (wantsEvents(ctx)) return streamSteps(ctx, deps, stepsOf({ ...begun, hold: maxStream }));
    const wait = preferredWait(ctx);
    if (wait !== undefined) ctx.set('Preference-Applied', `wait=${wait}`);
    const started = await followStart.hold({ ...begun, hold: (wait ?? 0) * 1000 });
    ctx.set('Cache-Control', 'no-store');
    ctx.body = startAnswerOf(started, publicOrigin);
  };
};

/** Reads and checks a start, up to who asks. */
const createReadQuestion = (deps: Deps) => {
  const { checkServiceProvider } = deps;

  const readSignIn = async (
    ctx: RouteContext,
    question: StartQuestion,
    serviceProvider: string,
  ): Promise<SignInRequest | undefined> => {
    const { client_id: clientId, client_secret: clientSecret } = question;
    if (clientId === undefined) return undefined;
    const client = await deps.findClient(clientId);
    if (!client) throw fail('client_credentials_invalid', { field: 'client_id' });
    restrictCors(ctx, client.app);
    checkServiceProvider(client, serviceProvider);
    if (question.redirectUrl !== undefined) checkRedirectUrl(client, { body: question });
    return { clientId, clientSecret, client: ctx.state.client, headers: textsOf(ctx) };
  };

  return async (
    ctx: RouteContext,
  ): Promise<{ asked: StartRequest; identifyAgain: FollowedStart<TvProvider>['identifyAgain'] }> => {
    const bearer = headerOf(ctx, 'authorization') === '' ? undefined : readBearer(ctx);
    const { serviceProvider, device, info } = readPlace(ctx, start, deps.readDevice);
    const question = guard(start.body.shape, await readJson(ctx));
    const signIn = await readSignIn(ctx, question, serviceProvider);
    if (bearer === undefined && !signIn)
      throw fail('gateway_access_token_missing', { field: 'Authorization', hint: 'or send client_id' });

    const identifyWith =
      (identifyCaller: IdentifyCaller) =>
      async (token: string, isUnseen: boolean): Promise<Caller> => {
        const caller = await identifyCaller({ bearer: token, identifier: device.identifier, isUnseen });
        checkServiceProvider(caller, serviceProvider);
        return caller;
      };
    const identifyFirst = identifyWith(deps.identifyCaller);
    const identify = async (token: string, isUnseen: boolean): Promise<Caller> => {
      const caller = await identifyFirst(token, isUnseen);
      nameSender(ctx, caller);
      deps.reportDevice(caller.app.id, info, question.mvpd);
      return caller;
    };
    const asked: StartRequest = {
      bearer,
      signIn,
      deviceCode: question.device_code,
      isChoosing: question.choose && question.mvpd === undefined,
      wishOf: wishOf(question, deps.publicOrigin),
      device,
      serviceProvider,
      suppliedToken: readSuppliedToken(ctx),
      isFresh: wantsFresh(ctx),
      signal: signalOf(ctx.state),
      identify,
    };
    return { asked, identifyAgain: identifyWith(deps.identifyAgain) };
  };
};

/** What a session is created with, as far as the app says it. Errors: gateway_parameter_invalid, invalid_parameter_redirect_url. */
const wishOf =
  ({ mvpd, choose, redirectUrl, domainName }: StartQuestion, publicOrigin: string) =>
  (caller: Pick<Caller, 'app'>): StartWish => {
    if (redirectUrl !== undefined) checkRedirectUrl(caller, { body: { redirectUrl } });
    const target = redirectUrl ?? `${publicOrigin}/`;
    if (domainName === undefined && webHostOf(target) === undefined)
      throw fail('gateway_parameter_invalid', {
        field: 'domainName',
        hint: 'is needed with a redirectUrl of a custom scheme',
      });
    return { mvpd, choose, redirectUrl: target, domainName };
  };

/** Those that are one text. */
const textsOf = ({ req }: Pick<Context, 'req'>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(req.headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
