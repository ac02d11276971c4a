import { createHash } from 'node:crypto';
import type { RouterContext } from '@koa/router';
import { html, showPage } from '../page.ts';
import type { BrowserStep } from './mvpd-ports.ts';
import type { Refusal } from './refusal.ts';

/** A browser is answered with a page that says what a JSON error would. */
export const showRefusal = (ctx: RouterContext, { error }: Refusal): void =>
  showPage(ctx, {
    status: error.status,
    title: 'This login cannot go on',
    content: html`<p>${error.message}</p><p class="hint"><code>${error.code}</code></p>`,
  });

const script = 'document.forms[0].submit()';
const scriptHash = createHash('sha256').update(script).digest('base64');

/** Sends the browser on its way; without scripts the viewer presses the button. */
export const take = (ctx: RouterContext, step: BrowserStep): void => {
  ctx.set('Cache-Control', 'no-store');
  if (step.kind === 'redirect') {
    ctx.redirect(step.url);
    return;
  }
  showPage(ctx, {
    status: 200,
    title: 'On the way to your TV provider',
    content: html`<form method="post" action="${step.url}">
${Object.entries(step.fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit">Go on</button>
</form>${{ markup: `<script>${script}</script>` }}`,
  });
  const policy = ctx.response.get('Content-Security-Policy');
  ctx.set('Content-Security-Policy', `${policy}; script-src 'sha256-${scriptHash}'`);
};
