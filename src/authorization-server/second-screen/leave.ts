import type Koa from 'koa';
import type { SessionParameter } from '#src/flows/read-open-session';
import { disconnectSignal } from '../sign-in/browser.ts';
import type { SecondScreenFlows } from './flows.ts';
import type { Screen, Screens } from './screens.ts';

interface Deps {
  readonly publicOrigin: string;
  readonly flows: Pick<SecondScreenFlows, 'chooseForCode' | 'authenticateUrl'>;
  readonly screens: Pick<Screens, 'change'>;
}

interface Departure {
  readonly screen: Screen;
  readonly missing: readonly SessionParameter[];
  readonly mvpd: string | undefined;
}

export const pageOf = ({ id }: Pick<Screen, 'id'>): string => `/second-screen/${id}`;
export const donePageOf = (screen: Pick<Screen, 'id'>): string => `${pageOf(screen)}/done`;

/**
 * Completes the session. Returns where the browser goes: to Adobe, which leads it to the TV provider, or to the end. Undefined if
 * Adobe does not take this TV provider.
 */
export const createLeave =
  ({ publicOrigin, flows, screens }: Deps) =>
  async (ctx: Koa.Context, { screen, missing, mvpd }: Departure): Promise<string | undefined> => {
    const { serviceProvider, code, family } = screen;
    const after = await flows.chooseForCode({
      key: { serviceProvider, code },
      family,
      signal: disconnectSignal(ctx),
      mvpd,
      missing,
      redirectUrl: `${publicOrigin}${donePageOf(screen)}`,
    });
    if (after.next === 'choose-another') return undefined;
    const done = after.next === 'done';
    const key = done ? { serviceProvider, code } : after.key;
    await screens.change(ctx, {
      ...screen,
      ...key,
      ...(mvpd !== undefined && { mvpd }),
      ...(done && { done }),
    });
    return done ? donePageOf(screen) : flows.authenticateUrl(key);
  };

export type Leave = ReturnType<typeof createLeave>;
