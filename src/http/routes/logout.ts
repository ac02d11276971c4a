import type { IdentifyCaller } from '#src/flows/identify-caller';
import type { LogOutEverywhere, Logout, LogoutResult, PlanLogout } from '#src/flows/log-out-everywhere';
import type { LogoutLine } from '#src/flows/plan-logout';
import { readJson } from '../body.ts';
import type { Handler, RouteContext } from '../context.ts';
import type { ReadDevice } from '../device.ts';
import { guard, guardOut } from '../guard.ts';
import { signalOf } from '../request-scope.ts';
import {
  type CheckServiceProvider,
  checkRedirectUrl,
  nameSender,
  readSender,
  readSuppliedToken,
} from '../rest-request.ts';
import { logout, logoutPlan } from '../v1-logout.ts';

interface Deps {
  readonly identifyCaller: IdentifyCaller;
  readonly checkServiceProvider: CheckServiceProvider;
  readonly readDevice: ReadDevice;
  readonly planLogout: PlanLogout;
  readonly logOutEverywhere: LogOutEverywhere;
  readonly publicOrigin: string;
  /** The address of the logout at an identity provider; undefined if it has none. */
  findProviderLogout(question: { app: string; provider: string }): Promise<string | undefined>;
}

const createReadRequest =
  ({ identifyCaller, checkServiceProvider, readDevice }: Deps) =>
  async (ctx: RouteContext, row: typeof logout | typeof logoutPlan) => {
    const { bearer, serviceProvider, device } = readSender(ctx, row, readDevice);
    const caller = await identifyCaller({ bearer, identifier: device.identifier });
    nameSender(ctx, caller);
    checkServiceProvider(caller, serviceProvider);
    const suppliedToken = readSuppliedToken(ctx);
    return { caller, device, serviceProvider, input: {}, suppliedToken, signal: signalOf(ctx.state) };
  };

/** What a logout would end. */
export const createLogoutPlanHandler = (deps: Deps): Handler => {
  const readRequest = createReadRequest(deps);
  return async (ctx) => {
    const question = guard(logoutPlan.query, { ...ctx.query });
    const lines = await deps.planLogout(await readRequest(ctx, logoutPlan), question);
    ctx.body = guardOut(logoutPlan.answer, { profiles: lines.map(shown) });
  };
};

/** Ends it. A repeated request ends what is left. */
export const createLogoutHandler = (deps: Deps): Handler => {
  const readRequest = createReadRequest(deps);
  const lastOf = createLast(deps);
  return async (ctx) => {
    // Read first, since a caller must not be identified long before the call.
    const { browser, ...question } = guard(logout.body.shape, await readJson(ctx));
    const request = await readRequest(ctx, logout);
    checkRedirectUrl(request.caller, { query: { redirectUrl: question.redirectUrl } });
    const done = await deps.logOutEverywhere(request, question);
    const { results, hasSignedOut } = done;
    ctx.body = guardOut(logout.answer, {
      complete: results.every(({ error }) => !error),
      profiles: results.map((result) => ({ ...shown(result), ...ended(result, browser) })),
      signedOut: hasSignedOut,
      ...(hasSignedOut && (await lastOf(request.caller.app.id, { ...done, browser }))),
    });
  };
};

/** What is left for the browser: its session here, then that at the identity provider. */
const createLast =
  ({ publicOrigin, findProviderLogout }: Pick<Deps, 'publicOrigin' | 'findProviderLogout'>) =>
  async (
    app: string,
    { identityProvider: id, browser }: Pick<Logout, 'identityProvider'> & { readonly browser: boolean },
  ) => {
    const url = `${publicOrigin}/session/end?client_id=${app}`;
    if (id === undefined) return browser ? { url } : {};
    const isNext = browser && (await findProviderLogout({ app, provider: id })) !== undefined;
    return {
      ...(browser && { url: isNext ? `${url}&identity_provider=${id}` : url }),
      identityProvider: { id, logout: isNext ? 'next' : 'none' },
    };
  };

const shown = ({ mvpd, serviceProvider, app, isOwnDevice, profile, basis }: LogoutLine) => ({
  mvpd,
  serviceProvider,
  app,
  device: isOwnDevice ? 'this' : 'other',
  profile,
  basis,
});

const ended = ({ action, error }: LogoutResult, hasBrowser: boolean) => {
  if (error) return { status: 'failed', error };
  if (!action) return { status: 'ended' };
  const { url, ...others } = action;
  const isAtEnd = !hasBrowser && url !== undefined;
  return {
    status: 'ended',
    ...others,
    ...(isAtEnd && { actionType: 'none' }),
    ...(hasBrowser && url !== undefined && { url }),
  };
};
