import type Koa from 'koa';
import type { Mvpd, Subscription } from '#src/fixtures';
import { html } from '#src/lib/html';
import { showPage } from '#src/page';

export const showLogin = (
  ctx: Koa.Context,
  {
    mvpd,
    request,
    subscribers,
    wrong,
  }: { mvpd: Mvpd; request: string; subscribers: readonly Subscription[]; wrong: boolean },
): void =>
  showPage(ctx, {
    status: wrong ? 401 : 200,
    title: `Sign in to ${mvpd.displayName}`,
    content: html`
${wrong ? html`<p class="wrong" role="alert">That username or password is wrong.</p>` : ''}
<form method="post" action="/${encodeURIComponent(mvpd.id)}/login">
<input type="hidden" name="request" value="${request}">
<label>Username <input name="username" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button type="submit">Sign in</button>
</form>
<p class="hint">Subscribers of this simulated TV provider:</p>
<ul class="hint">${subscribers.map(
      ({ username, password }) => html`<li><code>${username}</code>, password <code>${password}</code></li>`,
    )}</ul>`,
  });

export const showLogout = (ctx: Koa.Context, mvpd: Mvpd): void =>
  showPage(ctx, {
    status: 200,
    title: `Sign out of ${mvpd.displayName}`,
    content: html`
<form method="post" action="/${encodeURIComponent(mvpd.id)}/logout">
<button type="submit">Sign out</button>
</form>
<p class="hint">Apps in which you use this TV provider lose access to its channels.</p>`,
  });

export const showNotice = (ctx: Koa.Context, status: number, title: string, text: string): void =>
  showPage(ctx, { status, title, content: html`<p>${text}</p>` });
