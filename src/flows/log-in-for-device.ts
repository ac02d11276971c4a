import type { Device } from '#src/lib/device';
import { fail } from '#src/lib/errors';
import type { BeginMvpdLogin } from './begin-mvpd-login.ts';
import type { Caller } from './caller.ts';
import type { CanReturnTo } from './can-return-to.ts';
import type { LiveLogin, LoginQuery } from './find-live-login.ts';
import type { FindMvpdLogin } from './find-mvpd-login.ts';
import type { FindSignedIn } from './find-signed-in.ts';
import type { ListProviders } from './list-providers.ts';
import type { TvProvider } from './picker-rules.ts';
import type { ViewerCall } from './viewer-call.ts';

/** A device whose sign-in a viewer has approved, as Adobe is to see it, whether or not it has fetched its tokens. */
export interface ApprovedDevice {
  readonly grant: string;
  readonly serviceProvider: string;
  readonly device: Device & { readonly identifier: string };
}

/**
 * What the viewer can do next for a device. `profile`: nothing, it can play. `open`: log in with the code that lives.
 * `elsewhere`: Adobe would not let the browser return to the gateway, so the device must do it.
 */
export type NextForDevice =
  | LiveLogin
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'choose'; readonly providers: readonly TvProvider[] };

/** One request of the browser. */
export interface BrowserStep {
  readonly signal: AbortSignal;
  /** The page to which the browser returns from the TV provider. */
  readonly returnTo: URL;
}

interface Deps {
  readonly findSignedIn: FindSignedIn;
  readonly findMvpdLogin: FindMvpdLogin;
  readonly beginMvpdLogin: BeginMvpdLogin;
  readonly canReturnTo: CanReturnTo;
  readonly listProviders: ListProviders;
  readonly instanceCall: ViewerCall;
}

/**
 * The login at a TV provider that a viewer does on a phone for the device whose sign-in they have just approved. Everything is asked
 * of Adobe as the device would ask it. Errors: sign_in_expired, where the device would be refused; those of the calls.
 */
export const createLogInForDevice = (deps: Deps) => {
  const { findSignedIn, findMvpdLogin, beginMvpdLogin, canReturnTo, listProviders, instanceCall } = deps;

  const identify = async ({ grant, serviceProvider, device }: ApprovedDevice): Promise<Caller> => {
    const caller = await findSignedIn({ grant, identifier: device.identifier });
    if (!caller.app.serviceProviders.includes(serviceProvider))
      throw fail('sign_in_expired', { detail: 'the app has lost the service provider' });
    return caller;
  };

  const queryOf = async (approved: ApprovedDevice, { signal }: Pick<BrowserStep, 'signal'>, hold: number) => {
    const { serviceProvider, device } = approved;
    const caller = await identify(approved);
    return { caller, serviceProvider, device, signal, hold, identifyAgain: () => identify(approved) };
  };

  const providersFor = (query: LoginQuery): Promise<readonly TvProvider[]> => {
    const { caller, serviceProvider, device, signal } = query;
    const callAs = <T>(run: Parameters<typeof instanceCall<T>>[1]) =>
      instanceCall<T>({ ...query, input: {} }, run);
    return listProviders({ app: caller.app, serviceProvider, device, signal, callAs });
  };

  /** Where the viewer has to choose, what they can choose. */
  const choice = async (query: LoginQuery, { hostname }: URL): Promise<NextForDevice> =>
    (await canReturnTo(query, hostname))
      ? { kind: 'choose', providers: await providersFor(query) }
      : { kind: 'elsewhere' };

  return {
    /** `hold`: milliseconds to wait for a login that has begun. `choosesAgain`: one that has begun does not count. */
    next: async (
      approved: ApprovedDevice,
      {
        hold = 0,
        choosesAgain = false,
        ...step
      }: BrowserStep & { readonly hold?: number; readonly choosesAgain?: boolean },
    ): Promise<NextForDevice> => {
      const query = await queryOf(approved, step, hold);
      const state = await findMvpdLogin(query);
      return state.kind === 'none' || (choosesAgain && state.kind === 'open')
        ? choice(query, step.returnTo)
        : state;
    },

    /** The login at an MVPD; undefined for one that cannot be chosen. */
    begin: async (
      approved: ApprovedDevice,
      { mvpd, ...step }: BrowserStep & { readonly mvpd: string },
    ): Promise<LiveLogin | undefined> => {
      const query = await queryOf(approved, step, 0);
      const chosen = (await providersFor(query)).find(({ id }) => id === mvpd);
      if (!chosen) return undefined;
      const { returnTo } = step;
      return beginMvpdLogin({ ...query, mvpd: { id: mvpd, name: chosen.displayName }, returnTo });
    },
  };
};

export type LogInForDevice = ReturnType<typeof createLogInForDevice>;
