import { buttonForm, type FormTarget } from '../form.ts';
import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Messages } from '../messages.ts';

interface SignOut {
  readonly target: FormTarget;
  /** Where who changes their mind goes. */
  readonly stay: string;
}

/** Asks before the browser's session ends. */
export const signOutPage = (texts: Messages, { target, stay }: SignOut): Page => ({
  title: texts.signOutTitle,
  body: html`<p class="lead">${texts.signOutLead}</p>
${buttonForm(target, texts.signOut)}<a class="button link" href="${stay}">${texts.cancel}</a>`,
});
