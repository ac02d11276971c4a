import { z } from 'zod';
import type { CallAdobe } from '#src/adobe-pass/client';
import type { Answer, Call } from '#src/adobe-pass/types';
import type { FoundProfiles } from '#src/families/found-profiles';
import type { Clock } from '#src/lib/clock';
import { fail, KinpassError } from '#src/lib/errors';
import { operations } from '#src/rest-v2/operations';
import type { CredentialPair, SignIn } from '#src/stores/ports';
import type { Caller, RestRequest } from './caller.ts';
import { type DecisionReason, whyUndecided } from './decision-reason.ts';
import type { ForgetServiceTokens } from './forget-service-tokens.ts';
import type { NoteProfiles } from './note-profiles.ts';
import { type LogoutLine, type LogoutScope, planLogout } from './plan-logout.ts';
import type { ViewerCall } from './viewer-call.ts';

interface Deps {
  readonly viewerCall: ViewerCall;
  readonly callAdobe: CallAdobe;
  readonly foundProfiles: Pick<FoundProfiles, 'list' | 'end'>;
  readonly noteProfiles: Pick<NoteProfiles, 'forget'>;
  readonly credentials: { byId(id: string): Promise<CredentialPair | undefined> };
  readonly forgetServiceTokens: ForgetServiceTokens;
  findSignIn(grant: string): Promise<Pick<SignIn, 'provider'> | undefined>;
  endSignIn(grant: string): Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface LogoutQuestion {
  readonly scope: LogoutScope;
  readonly mvpd?: string | undefined;
}

/** What Adobe says is to be done next. Source: REST API V2, Logout. */
interface LogoutAction {
  readonly actionName: string;
  readonly actionType: string;
  /** For the browser of this device. */
  readonly url?: string | undefined;
}

/** How one profile ended, or why it did not. */
export type LogoutResult = LogoutLine & {
  readonly action?: LogoutAction | undefined;
  readonly error?: DecisionReason | undefined;
};

export interface Logout {
  readonly results: readonly LogoutResult[];
  /** Whether the viewer's sign-in in this app has ended, too. */
  readonly hasSignedOut: boolean;
  /** Of the sign-in that has ended with the viewer's identity: the provider of that. */
  readonly identityProvider?: string | undefined;
}

/** Which profiles a logout would end. Errors: gateway_parameter_invalid where nobody is signed in. */
export const createPlanLogout =
  ({ foundProfiles, clock }: Pick<Deps, 'foundProfiles' | 'clock'>) =>
  async (
    { caller, serviceProvider }: Pick<RestRequest, 'caller' | 'serviceProvider'>,
    { scope, mvpd }: LogoutQuestion,
  ): Promise<readonly LogoutLine[]> => {
    if (scope === 'mvpd' && mvpd === undefined)
      throw fail('gateway_parameter_invalid', { field: 'mvpd', hint: 'is required for one MVPD' });
    const noted = await foundProfiles.list(viewerOf(caller));
    const { app, instance } = caller;
    return planLogout(noted, {
      scope,
      mvpd,
      serviceProvider,
      app: app.id,
      instance: instance.id,
      now: clock.now(),
    });
  };

export type PlanLogout = ReturnType<typeof createPlanLogout>;

const viewerOf = ({ viewer }: Caller): string => {
  if (viewer !== undefined) return viewer;
  throw fail('gateway_parameter_invalid', {
    field: 'Authorization',
    hint: 'must be of a signed-in viewer; others log out with REST V2',
  });
};

/**
 * Ends profiles as planned: this device's with its own call and the service token, those of other devices in their name, with their own
 * credentials, last known address and rate limit. What failed is listed, and left for the next time; the sign-in ends when nothing
 * has. Nothing about the viewer stays in memory. Errors: those of the plan and of the viewer call.
 */
export const createLogOutEverywhere = (deps: Deps) => {
  const { viewerCall, foundProfiles, noteProfiles, forgetServiceTokens, findSignIn, endSignIn } = deps;
  const plan = createPlanLogout(deps);
  const carryOut = createCarryOut(deps);
  return async (
    request: RestRequest,
    question: LogoutQuestion & { readonly redirectUrl: string },
  ): Promise<Logout> => {
    const { caller } = request;
    const viewer = viewerOf(caller);
    const lines = await plan(request, question);
    const { scope, redirectUrl } = question;
    const run = (call: Call) => carryOut(lines, { call, scope, redirectUrl });
    try {
      const results = lines.length === 0 ? [] : await viewerCall(request, run);
      const ended = results.filter(({ error }) => !error).map(({ key }) => key);
      if (ended.length > 0) await foundProfiles.end(viewer, new Set(ended), caller.app.id);
      const ends = (scope === 'app' || scope === 'identity') && ended.length === results.length;
      if (!ends || caller.grant === undefined) return { results, hasSignedOut: false };
      const signIn = scope === 'identity' ? await findSignIn(caller.grant) : undefined;
      await endSignIn(caller.grant);
      return { results, hasSignedOut: true, identityProvider: signIn?.provider ?? undefined };
    } finally {
      noteProfiles.forget(viewer);
      await forgetServiceTokens(viewer);
    }
  };
};

export type LogOutEverywhere = ReturnType<typeof createLogOutEverywhere>;

interface Circumstances {
  /** Of this app, with the service token. */
  readonly call: Call;
  readonly scope: LogoutScope;
  readonly redirectUrl: string;
}

const answered = z.object({
  logouts: z.record(
    z.string(),
    z.object({ actionName: z.string(), actionType: z.string(), url: z.string().optional() }),
  ),
});

const createCarryOut = ({ callAdobe, credentials }: Deps) => {
  const logOut = async (call: Call, line: LogoutLine, redirectUrl: string): Promise<LogoutResult> => {
    try {
      const input = { parameters: { mvpd: line.mvpd }, query: { redirectUrl } };
      return resultOf(line, await callAdobe(operations.logOut, call, input));
    } catch (error) {
      if (error instanceof KinpassError)
        return { ...line, error: whyUndecided({ resource: line.mvpd, error }) };
      throw error;
    }
  };

  const callOf = async (line: LogoutLine, { call, scope }: Circumstances): Promise<Call | undefined> => {
    const { serviceProvider, isOwnDevice, noted } = line;
    if (isOwnDevice) {
      const own = { ...call, serviceProvider };
      return scope === 'app' ? { ...own, serviceToken: undefined } : own;
    }
    const pair = noted && (await credentials.byId(noted.credentials));
    // Profiles are lost with the credentials that they were made with.
    if (!pair || !noted.device) return undefined;
    return { ...call, credentials: pair, device: noted.device, serviceProvider };
  };

  return async (
    lines: readonly LogoutLine[],
    circumstances: Circumstances,
  ): Promise<readonly LogoutResult[]> => {
    const end = async (line: LogoutLine): Promise<LogoutResult> => {
      const call = await callOf(line, circumstances);
      return call ? logOut(call, line, circumstances.redirectUrl) : line;
    };
    const own: LogoutResult[] = [];
    for (const line of lines.filter(({ isCalled, isOwnDevice }) => isCalled && isOwnDevice))
      own.push(await end(line));
    const others = await Promise.all(
      lines.filter(({ isCalled, isOwnDevice }) => isCalled && !isOwnDevice).map(end),
    );
    // These end with a call that has the service token: whether with one that failed is not known.
    const called = [...own, ...others];
    const failureOf = (id: string) => called.find(({ mvpd, error }) => error && mvpd === id)?.error;
    const following = lines
      .filter(({ isCalled }) => !isCalled)
      .map((line) => ({ ...line, error: failureOf(line.mvpd) }));
    return [...called, ...following];
  };
};

const resultOf = (line: LogoutLine, answer: Answer): LogoutResult => {
  if (answer.status >= 400) return { ...line, error: whyUndecided({ resource: line.mvpd, refused: answer }) };
  const [action] = Object.values(answered.safeParse(answer.body).data?.logouts ?? {});
  if (!line.isOwnDevice && action)
    return { ...line, action: { actionName: action.actionName, actionType: 'none' } };
  return { ...line, action };
};
