import { buttonForm, type FormTarget } from '../form.ts';
import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Messages } from '../messages.ts';

export interface SignInFirst {
  readonly code: string;
  readonly providers: readonly { readonly label: string; readonly start: FormTarget }[];
  /** The page on which the code was typed. */
  readonly back: string;
}

/** The viewer typed a code, which is looked up once it is known who asks. */
export const signInFirstPage = (texts: Messages, { code, providers, back }: SignInFirst): Page => ({
  title: texts.signInFirstTitle,
  body: html`<p class="lead">${texts.signInFirstLead}</p>
<p class="code" aria-label="${texts.approveCode}">${code}</p>
${providers.map(({ label, start }) => buttonForm(start, texts.continueWith(label)))}<a class="button link" href="${back}">${texts.otherCode}</a>`,
});
