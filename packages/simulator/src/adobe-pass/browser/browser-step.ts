import type { RouterContext } from '@koa/router';
import { html } from '#src/lib/html';
import { showPage } from '#src/page';
import { showPostPage } from '#src/post-page';
import type { Refusal } from '../errors/refusal.ts';
import type { BrowserStep } from '../mvpd-ports.ts';

/** Shows an error as a page with the contents of the JSON error. */
export const showRefusal = (ctx: RouterContext, { error }: Refusal): void =>
  showPage(ctx, {
    status: error.status,
    title: 'This login cannot continue',
    content: html`<p>${error.message}</p>
<p class="hint"><code>${error.code}</code>${error.details === undefined ? '' : `: ${error.details}`}</p>`,
  });

/** Redirects the browser, or shows a form that posts itself; without scripts the viewer presses its button. */
export const takeStep = (ctx: RouterContext, step: BrowserStep): void => {
  ctx.set('Cache-Control', 'no-store');
  if (step.kind === 'redirect') ctx.redirect(step.url);
  else showPostPage(ctx, { title: 'Continue to your TV provider', url: step.url, fields: step.fields });
};

/** The end of a logout that leads back to no app. */
export const showSignedOut = (ctx: RouterContext): void =>
  showPage(ctx, {
    status: 200,
    title: 'Signed out',
    content: html`<p>You are signed out of your TV provider.</p>`,
  });
