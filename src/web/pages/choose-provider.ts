import { buttonForm, type FormTarget } from '../form.ts';
import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Messages } from '../messages.ts';
import { type ProviderChoice, providerButton } from '../provider-button.ts';

export interface ChooseProvider {
  readonly app: string;
  readonly providers: readonly ProviderChoice[];
  readonly deny: FormTarget;
}

/** The viewer chooses an identity provider. */
export const chooseProviderPage = (texts: Messages, { app, providers, deny }: ChooseProvider): Page => ({
  title: texts.chooseTitle(app),
  body: html`<p class="lead">${providers.length > 0 ? texts.chooseLead : texts.chooseNone}</p>
<div class="actions">
${providers.map((choice) => providerButton(choice, texts.continueWith(choice.label)))}${buttonForm(deny, texts.cancel, 'link')}</div>`,
});
