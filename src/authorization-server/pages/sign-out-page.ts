import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { noticePage } from '#src/web/pages/notice';
import { signOutPage } from '#src/web/pages/sign-out';
import { formSources } from './form-source.ts';
import { backToClient, startPage } from './next-links.ts';
import type { OwnForms } from './own-forms.ts';
import type { ProblemPage } from './problem-page.ts';
import { show } from './show.ts';

/** Asks before the browser session ends (RP-initiated logout), also without a session: that needs no script. */
export const askSignOut = (ctx: KoaContextWithOIDC): void => {
  const xsrf = String(ctx.oidc.session?.state?.['secret'] ?? '');
  const target = { action: '/session/end/confirm', fields: { xsrf, logout: 'yes' } };
  show(ctx, (texts) => signOutPage(texts, { target, stay: startPage(texts).href }), {
    formTargets: formSources(ctx.oidc.params?.['post_logout_redirect_uri']),
  });
};

export const signedOut = (ctx: KoaContextWithOIDC): void => {
  const { client } = ctx.oidc;
  show(ctx, (texts) =>
    noticePage({
      mark: '✓',
      title: texts.signedOutTitle,
      lead: texts.signedOutLead,
      links: [client ? backToClient(texts, client) : startPage(texts)],
    }),
  );
};

/** The last page leads back to the app, which oidc-provider would have forgotten by then. */
const rememberApp = (ctx: Koa.Context, clientId: string): void => {
  const location = URL.parse(ctx.response.get('Location'));
  if (location?.pathname !== '/session/end/success' || ctx.path !== '/session/end/confirm') return;
  location.searchParams.set('client_id', clientId);
  ctx.redirect(location.href);
};

interface Deps {
  readonly forms: Pick<OwnForms, 'rejectForeign'>;
  readonly problem: ProblemPage;
}

/** Around oidc-provider's logout: rejects forms of other sites and replaces the page that submits itself by script. */
export const createSignOutPage =
  ({ forms, problem }: Deps): Koa.Middleware =>
  async (ctx, next) => {
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
  };
