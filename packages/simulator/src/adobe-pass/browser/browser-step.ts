import type { RouterContext } from '@koa/router';
import { html, showPage } from '#src/page';
import { showPostPage } from '#src/post-page';
import type { BrowserStep } from '../mvpd-ports.ts';
import type { Refusal } from '../refusal.ts';

/** A browser is answered with a page that says what a JSON error would. */
export const showRefusal = (ctx: RouterContext, { error }: Refusal): void =>
  showPage(ctx, {
    status: error.status,
    title: 'This login cannot go on',
    content: html`<p>${error.message}</p>
<p class="hint"><code>${error.code}</code>${error.details === undefined ? '' : `: ${error.details}`}</p>`,
  });

/** Sends the browser on its way; without scripts the viewer presses the button. */
export const take = (ctx: RouterContext, step: BrowserStep): void => {
  ctx.set('Cache-Control', 'no-store');
  if (step.kind === 'redirect') ctx.redirect(step.url);
  else showPostPage(ctx, { title: 'On the way to your TV provider', url: step.url, fields: step.fields });
};
