import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Messages } from '../messages.ts';

/** The first page, for a viewer who opened it by hand: sign-in begins elsewhere. */
export const homePage = (texts: Messages, { enterCode }: { readonly enterCode: string }): Page => ({
  title: texts.homeTitle,
  body: html`<p class="lead">${texts.homeLead}</p>
<a class="button" href="${enterCode}">${texts.codeTitle}</a>`,
});
