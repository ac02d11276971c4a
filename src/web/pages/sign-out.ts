import { buttonForm, type FormTarget } from '../form.ts';
import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Messages } from '../messages.ts';

/** Asks before the browser's session ends. */
export const signOutPage = (texts: Messages, target: FormTarget): Page => ({
  title: texts.signOutTitle,
  body: html`<p class="lead">${texts.signOutLead}</p>
${buttonForm(target, texts.signOut)}`,
});
