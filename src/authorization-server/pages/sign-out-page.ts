import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Messages } from '#src/web/messages';
import { type Link, noticePage } from '#src/web/pages/notice';
import { signOutPage } from '#src/web/pages/sign-out';
import type { Deps as ServerDeps } from '../deps.ts';
import { formSources, providerSources } from './form-source.ts';
import { backToApp, backToClient, startPage } from './next-links.ts';
import type { OwnForms } from './own-forms.ts';
import type { PageBrand } from './page-brand.ts';
import type { ProblemPage } from './problem-page.ts';
import { type ProviderLogout, providerField, returnPath } from './provider-logout.ts';
import { type PageContext, show } from './show.ts';

/** The identity provider whose logout is next, as the app names it. */
const namedProvider = ({ query }: KoaContextWithOIDC): string | undefined => {
  const named = query[providerField];
  return typeof named === 'string' && /^[\w-]{1,64}$/.test(named) ? named : undefined;
};

/** Asks before the browser session ends (RP-initiated logout), also without a session: that needs no script. */
export const askSignOut = (ctx: KoaContextWithOIDC): void => {
  const { session, params, provider } = ctx.oidc;
  const named = namedProvider(ctx);
  const fields = {
    xsrf: String(session?.state?.['secret'] ?? ''),
    logout: 'yes',
    ...(named !== undefined && { [providerField]: named }),
  };
  const target = { action: confirmPath, fields };
  show(ctx, (texts) => signOutPage(texts, { target, stay: startPage(texts).href }), {
    formTargets: [
      ...formSources(params?.['post_logout_redirect_uri']),
      ...(named === undefined ? [] : providerSources(provider.issuer)),
    ],
  });
};

const confirmPath = '/session/end/confirm';

export const signedOut = (ctx: KoaContextWithOIDC): void => {
  const { client } = ctx.oidc;
  showSignedOut(ctx, (texts) => (client ? backToClient(texts, client) : startPage(texts)));
};

const showSignedOut = (ctx: PageContext, next: (texts: Messages) => Link): void =>
  show(ctx, (texts) =>
    noticePage({
      mark: '✓',
      title: texts.signedOutTitle,
      lead: texts.signedOutLead,
      links: [next(texts)],
    }),
  );

/** The last page leads back to the app, which oidc-provider would have forgotten by then. */
const rememberApp = (ctx: Koa.Context, clientId: string): void => {
  const location = URL.parse(ctx.response.get('Location'));
  if (location?.pathname !== '/session/end/success' || ctx.path !== confirmPath) return;
  location.searchParams.set('client_id', clientId);
  ctx.redirect(location.href);
};

interface Deps extends Pick<ServerDeps, 'findClient'> {
  readonly forms: Pick<OwnForms, 'rejectForeign'>;
  readonly problem: ProblemPage;
  readonly pageBrand: PageBrand;
  readonly providerLogout: ProviderLogout;
}

type Continuing = Pick<Deps, 'findClient' | 'providerLogout'>;

/** The session here has ended: the browser goes on to the identity provider that the form names. */
const goOnToProvider = async (ctx: KoaContextWithOIDC, { findClient, providerLogout }: Continuing) => {
  const { client, body } = ctx.oidc;
  const provider = body?.[providerField];
  if (typeof provider !== 'string' || !client || ctx.response.get('Location') === '') return;
  const found = await findClient(client.clientId);
  const url = found && (await providerLogout({ app: found.app.id, provider }));
  if (url !== undefined) ctx.redirect(url);
};

/** The browser is back from there; `state` is the app. */
const showReturn = async (ctx: Koa.Context, { findClient, pageBrand }: Deps): Promise<void> => {
  const { state } = ctx.query;
  const found = typeof state === 'string' ? await findClient(state) : undefined;
  if (found) pageBrand.ofApp(ctx, found.app);
  showSignedOut(ctx, (texts) => (found ? backToApp(texts, found.app) : startPage(texts)));
};

/**
 * Around oidc-provider's logout: rejects forms of other sites, replaces the page that submits itself by script, and goes on to the
 * identity provider's own logout.
 */
export const createSignOutPage =
  (deps: Deps): Koa.Middleware =>
  async (ctx, next) => {
    const { forms, problem } = deps;
    if (ctx.path === returnPath) return showReturn(ctx, deps);
    if (!/^\/session\/end(\/confirm)?$/.test(ctx.path)) return next();
    if (ctx.method === 'POST') {
      try {
        forms.rejectForeign(ctx);
      } catch (error) {
        return problem(ctx, error);
      }
    }
    await next();
    const { oidc } = ctx as KoaContextWithOIDC;
    const submitsByScript = oidc?.route === 'end_session' && ctx.status === 200 && !oidc.session?.accountId;
    if (submitsByScript) askSignOut(ctx as KoaContextWithOIDC);
    if (oidc?.client) rememberApp(ctx, oidc.client.clientId);
    if (oidc && ctx.path === confirmPath) await goOnToProvider(ctx as KoaContextWithOIDC, deps);
  };
