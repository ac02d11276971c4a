import type Koa from 'koa';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { html, type Markup } from '#src/lib/html';
import { showPage } from '#src/page';
import { showFailure, showNotice } from '../pages.ts';
import { themes } from '../themes.ts';
import { dtcRoutes, logoutConfirmPath } from './routes.ts';

const theme = themes.dtc;

/** CSRF token. */
const secretOf = (ctx: KoaContextWithOIDC): Markup =>
  html`<input type="hidden" name="xsrf" value="${String(ctx.oidc.session?.state?.['secret'] ?? '')}">`;

/** oidc-provider distinguishes an invalid code from a denial only by the error's class. */
export const showUserCodeInput = (
  ctx: KoaContextWithOIDC,
  _form?: string,
  _out?: object,
  error?: Error,
): void => {
  if (error?.name === 'AbortedError') {
    showNotice(ctx, theme, 'Device not connected', 'No one was signed in. You can close this page.');
    return;
  }
  const problem = error ? html`<p class="wrong" role="alert">This code is wrong or has expired.</p>` : html``;
  showPage(ctx, {
    status: 200,
    theme,
    title: 'Connect a device',
    content: html`${problem}<form method="post" action="${dtcRoutes.code_verification}">
${secretOf(ctx)}<label>Code shown on the device
<input name="user_code" value="${String(ctx.state['userCode'] ?? '')}" autocomplete="off" required></label>
<button type="submit">Next</button>
</form>`,
  });
};

export const showUserCodeConfirm = (
  ctx: KoaContextWithOIDC,
  _form: string,
  _client: object,
  _device: object,
  code: string,
): void => {
  const fields = html`${secretOf(ctx)}<input type="hidden" name="user_code" value="${code}">
<input type="hidden" name="confirm" value="yes">`;
  showPage(ctx, {
    status: 200,
    theme,
    title: 'Is this your device?',
    content: html`<form method="post" action="${dtcRoutes.code_verification}">
${fields}<p>Connect only a device in front of you that shows <code>${code}</code>.</p>
<button type="submit">Connect</button>
</form>
<form method="post" action="${dtcRoutes.code_verification}">
${fields}<input type="hidden" name="abort" value="yes">
<button type="submit" class="quiet">Cancel</button>
</form>`,
  });
};

export const showDeviceConnected = (ctx: KoaContextWithOIDC): void =>
  showNotice(ctx, theme, 'Device connected', 'You can continue on your device.');

/** Two forms: log out at this provider, or of the client only. */
export const showLogout = (ctx: KoaContextWithOIDC): void =>
  showPage(ctx, {
    status: 200,
    theme,
    title: 'Log out?',
    content: html`<form method="post" action="${logoutConfirmPath}">
${secretOf(ctx)}<input type="hidden" name="logout" value="yes">
<button type="submit">Log out</button>
</form>
<form method="post" action="${logoutConfirmPath}">
${secretOf(ctx)}<button type="submit" class="quiet">Stay logged in</button>
</form>`,
  });

export const showLoggedOut = (ctx: KoaContextWithOIDC): void =>
  showNotice(ctx, theme, 'Logged out', 'You can close this page.');

export const showError = (
  ctx: KoaContextWithOIDC,
  { error, error_description: description = '' }: { error: string; error_description?: string | undefined },
): void => showFailure(ctx, theme, ctx.status, error, description);

/** Replaces oidc-provider's two self-submitting pages with pages that work without script. */
export const withoutScript: Koa.Middleware = async (ctx, next) => {
  if (ctx.path === dtcRoutes.code_verification && ctx.method === 'GET') {
    ctx.state['userCode'] = ctx.query['user_code'];
    ctx.querystring = '';
  }
  await next();
  const { oidc } = ctx as KoaContextWithOIDC;
  if (oidc?.route === 'end_session' && ctx.status === 200 && !oidc.session?.accountId)
    showLogout(ctx as KoaContextWithOIDC);
};
