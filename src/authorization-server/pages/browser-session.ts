import type Koa from 'koa';
import type Provider from 'oidc-provider';
import type { Deps as ServerDeps, Viewer } from '../deps.ts';
import type { CookieNames } from '../provider/cookies.ts';
import type { ActivationFamily } from './activation-families.ts';

interface Deps extends Pick<ServerDeps, 'findViewer'> {
  readonly provider: Provider;
  readonly names: Pick<CookieNames, 'session'>;
}

/** Seconds; as oidc-provider's. */
const lifetime = 14 * 86_400;

/** oidc-provider's session of a browser, outside of a request of an app. */
export const createBrowserSession = ({ provider, findViewer, names }: Deps) => ({
  /** The viewer who is signed in in this browser, if apps of the family may know. */
  viewerOf: async (ctx: Koa.Context, family: ActivationFamily): Promise<Viewer | undefined> => {
    const { accountId } = await provider.Session.get(ctx);
    return accountId === undefined ? undefined : findViewer({ id: accountId, family: family.id });
  },

  /** Signs the viewer in; the session gets a new id, and one of another account ends. */
  logIn: async (ctx: Koa.Context, viewer: string): Promise<void> => {
    const known = await provider.Session.get(ctx);
    const another = known.accountId !== undefined && known.accountId !== viewer;
    if (another) await known.destroy();
    const session = another ? new provider.Session() : known;
    session.loginAccount({ accountId: viewer });
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
