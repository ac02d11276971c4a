import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { Deps as ServerDeps, Viewer } from '../deps.ts';
import type { CookieNames } from '../provider/cookies.ts';
import { originOf, sessionLife } from '../provider/session-origin.ts';
import { loginOf, type ProvenViewer } from '../sign-in/proven-viewer.ts';
import type { ActivationFamily } from './activation-families.ts';

interface Deps extends Pick<ServerDeps, 'clock' | 'settings' | 'findSessionViewer'> {
  readonly provider: Provider;
  readonly names: Pick<CookieNames, 'session'>;
}

/** oidc-provider's session of a browser, outside of a request of an app. */
export const createBrowserSession = ({ provider, clock, settings, findSessionViewer, names }: Deps) => ({
  /** The viewer who is signed in on this browser, if apps of the family may know. */
  viewerOf: async (ctx: Koa.Context, family: ActivationFamily): Promise<Viewer | undefined> => {
    const { accountId, amr } = await provider.Session.get(ctx);
    const origin = originOf(amr);
    return accountId === undefined || !origin
      ? undefined
      : findSessionViewer(family.apps[0], accountId, origin);
  },

  /** Signs the viewer in; the session gets a new id, and one of another account ends. */
  logIn: async (ctx: Koa.Context, viewer: ProvenViewer): Promise<void> => {
    const known = await provider.Session.get(ctx);
    const another = known.accountId !== undefined && known.accountId !== viewer.id;
    if (another) await known.destroy();
    const session = another ? new provider.Session() : known;
    const { ts: loginTs, ...login } = loginOf(viewer);
    session.loginAccount({ ...login, loginTs });
    const lifetime = sessionLife(session, settings, clock.now());
    if (!another) session.resetIdentifier();
    await session.save(lifetime);
    ctx.cookies.set(names.session, session.jti, {
      signed: true,
      httpOnly: true,
      sameSite: 'lax',
      path: '/',
      maxAge: lifetime * 1000,
    });
  },
});

export type BrowserSession = ReturnType<typeof createBrowserSession>;
