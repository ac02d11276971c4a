import type { Context } from 'koa';
import type { Clock } from '#src/lib/clock';
import type { Ids } from '#src/lib/ids';
import { createHandles } from './handles.ts';

/** Who a browser is signed in as at one provider, kept under a cookie of that provider's own name. */
export interface BrowserSessions {
  /** Fixture id of the user. */
  userOf(ctx: Context): string | undefined;
  begin(ctx: Context, userId: string): void;
  clear(): void;
}

export const createBrowserSessions = (deps: { clock: Clock; ids: Ids }, cookie: string): BrowserSessions => {
  const sessions = createHandles<string>(deps, { lifetime: 14 * 86_400 });
  return {
    userOf: (ctx) => {
      const session = sessions.find(ctx.cookies.get(cookie, { signed: false }) ?? '');
      return session && session.expiresAt > deps.clock.now() ? session.value : undefined;
    },
    begin: (ctx, userId) => {
      ctx.cookies.set(cookie, sessions.issue(userId), { httpOnly: true, sameSite: 'lax', signed: false });
    },
    clear: sessions.clear,
  };
};
