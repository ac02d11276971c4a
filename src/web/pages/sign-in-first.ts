import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Messages } from '../messages.ts';
import { type ProviderChoice, providerButton } from '../provider-button.ts';

export interface SignInFirst {
  readonly code: string;
  readonly providers: readonly ProviderChoice[];
  /** The page on which the code was typed. */
  readonly back: string;
}

/** The viewer typed a code, which is looked up once it is known who asks. */
export const signInFirstPage = (texts: Messages, { code, providers, back }: SignInFirst): Page => ({
  title: texts.signInFirstTitle,
  body: html`<p class="lead">${texts.signInFirstLead}</p>
<p class="code" aria-label="${texts.approveCode}">${code}</p>
<div class="actions">
${providers.map((choice) => providerButton(choice, texts.continueWith(choice.label)))}<a class="button link" href="${back}">${texts.otherCode}</a>
</div>`,
});
