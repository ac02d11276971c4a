import type { Device } from '#src/lib/device';
import { KinpassError } from '#src/lib/errors';
import { fingerprint } from '#src/lib/ids';
import type { Caller, RestRequest } from './caller.ts';
import { type DecisionReason, ofGateway } from './decision-reason.ts';
import type { DeviceCode, IssuedTokens, SignInRequest } from './device-sign-ins.ts';
import type { Standing, Start, StartStep, StartWish } from './start.ts';
import type { NewCodeReason, StartSignIn } from './start-sign-in.ts';
import type { TimeToPlay } from './time-to-play.ts';

/** A sign-in whose code this answer shows; without one where the app signs its viewer in by itself. */
type SignInStep = {
  readonly step: 'sign-in';
  readonly code?: DeviceCode;
  readonly reason?: NewCodeReason | undefined;
};

/** Where a viewer stands, as an app is told. */
export interface Started<Provider> extends Omit<Standing<Provider>, 'next'> {
  /** The same for two answers that say the same. */
  readonly id: string;
  /** Of the sign-in that has just been approved. */
  readonly tokens?: IssuedTokens | undefined;
  /** Undefined where nothing is known but the tokens. */
  readonly next: Exclude<StartStep<Provider>, { step: 'sign-in' }> | SignInStep | undefined;
  /** Why not. */
  readonly error?: DecisionReason | undefined;
}

/** One app that starts, until it is done. */
export interface StartRequest {
  readonly bearer?: string | undefined;
  /** Of an app that can sign in by code. */
  readonly signIn?: SignInRequest | undefined;
  readonly deviceCode?: string | undefined;
  /** The viewer looks at the list of providers: nothing else comes next. */
  readonly isChoosing: boolean;
  readonly wishOf: (caller: Caller) => StartWish;
  readonly device: Device;
  readonly serviceProvider: string;
  readonly suppliedToken?: string | undefined;
  readonly isFresh: boolean;
  readonly signal: AbortSignal;
  identify(bearer: string, isUnseen: boolean): Promise<Caller>;
}

interface Deps<Provider> {
  readonly start: Start<Provider>;
  readonly startSignIn: StartSignIn;
  readonly timeToPlay: TimeToPlay;
}

/** The journey of one app: its sign-in by code, if it has no viewer, then where that viewer stands. */
export interface Journey<Provider> {
  /** Errors: those of both flows; none once there are tokens, which must not be lost. */
  now(): Promise<Started<Provider>>;
  /** Who is signed in, and the request of a call in their name; undefined until then. */
  readonly signedIn:
    | { readonly bearer: string; readonly isUnseen: boolean; readonly request: RestRequest }
    | undefined;
  /** The MVPD that the app names counts no more: another journey of the same viewer has gone on. */
  forgetMvpd(): void;
}

export const createStartJourney =
  <Provider>({ start, startSignIn, timeToPlay }: Deps<Provider>) =>
  (asked: StartRequest): Journey<Provider> => {
    const { signIn, identify } = asked;
    let { bearer, deviceCode } = asked;
    let isUnseen = false;
    let isSuperseded = false;
    let request: RestRequest | undefined;

    const identified = async (token: string): Promise<RestRequest> => {
      const { device, serviceProvider, suppliedToken, isFresh, signal } = asked;
      const caller = await identify(token, isUnseen);
      return { caller, device, serviceProvider, suppliedToken, isFresh, signal, input: {} };
    };

    const standing = async (token: string): Promise<Omit<Started<Provider>, 'id'>> => {
      request = await identified(token);
      const wish = asked.wishOf(request.caller);
      return start(request, isSuperseded ? { ...wish, mvpd: undefined } : wish);
    };

    /** The viewer has approved the device: whatever comes next, it gets its tokens. */
    const arrived = async (tokens: IssuedTokens): Promise<Omit<Started<Provider>, 'id'>> => {
      bearer = tokens.access_token;
      isUnseen = true;
      const { caller } = await identified(bearer);
      try {
        return { ...(await standing(bearer)), tokens };
      } catch (error) {
        if (!(error instanceof KinpassError)) throw error;
        return { viewer: caller.viewer, tokens, next: undefined, error: ofGateway(error), isNew: true };
      }
    };

    const signedOut = async (client: SignInRequest): Promise<Omit<Started<Provider>, 'id'>> => {
      const state = await startSignIn(client, deviceCode);
      if ('tokens' in state) return arrived(state.tokens);
      const { code, isNew, reason } = state;
      deviceCode = code.deviceCode;
      return { viewer: undefined, next: { step: 'sign-in', code, reason }, isNew };
    };

    const find = async (): Promise<Omit<Started<Provider>, 'id'>> => {
      if (bearer === undefined)
        return signIn ? signedOut(signIn) : { viewer: undefined, next: { step: 'sign-in' }, isNew: false };
      const found = await standing(bearer);
      return found.next?.step === 'sign-in' && signIn ? signedOut(signIn) : found;
    };

    return {
      now: async () => {
        const found = await find();
        const names = [deviceCode, request?.caller.instance.id].filter((name) => name !== undefined);
        if (found.next?.step !== 'play') timeToPlay.waits(names);
        else if (request) timeToPlay.plays(names, request.caller.app.id);
        return { ...found, id: idOf(found) };
      },
      get signedIn() {
        return bearer !== undefined && request ? { bearer, isUnseen, request } : undefined;
      },
      forgetMvpd: () => {
        isSuperseded = true;
      },
    };
  };

/** A code stands for itself, and a trial that has not begun has another end each time. */
const saidBy = <Provider>(next: Started<Provider>['next']) => {
  if (next?.step === 'sign-in') return { step: next.step, code: next.code?.deviceCode };
  return next?.step === 'temporary' ? { step: next.step, mvpd: next.mvpd } : next;
};

const idOf = <Provider>({ viewer, profile, profiles, next, error }: Omit<Started<Provider>, 'id'>): string =>
  fingerprint(JSON.stringify([viewer, profile, profiles, saidBy(next), error?.code])).slice(0, 22);
