import { buttonForm, type FormTarget } from '../form.ts';
import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Messages } from '../messages.ts';

export interface ContinueToProvider {
  /** Shown to viewers. */
  readonly app: string;
  readonly start: FormTarget;
}

/** The app has chosen the TV provider: the viewer goes there. */
export const continueToProviderPage = (texts: Messages, { app, start }: ContinueToProvider): Page => ({
  title: texts.toTvProviderTitle,
  body: html`<p class="lead">${texts.toTvProviderLead(app)}</p>
<div class="actions">
${buttonForm(start, texts.codeSubmit)}</div>`,
});
