import { buttonForm, type FormTarget } from '../form.ts';
import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Messages } from '../messages.ts';

export interface ContinueAs {
  readonly app: string;
  /** Masked. */
  readonly email: string | null;
  readonly approve: FormTarget;
  readonly switchUrl: string;
  readonly deny: FormTarget;
}

/** The browser has a session: the viewer continues with that account or another one. */
export const continueAsPage = (texts: Messages, view: ContinueAs): Page => ({
  title: texts.continueTitle(view.app),
  body: html`<p class="lead">${texts.continueLead}</p>
<div class="actions">
${buttonForm(view.approve, view.email === null ? texts.continueAsUnknown : texts.continueAs(view.email))}<a class="button plain" href="${view.switchUrl}">${texts.otherAccount}</a>
${buttonForm(view.deny, texts.cancel, 'link')}</div>`,
});
