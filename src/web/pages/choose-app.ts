import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Messages } from '../messages.ts';

export interface ChooseApp {
  readonly apps: readonly { readonly name: string; readonly url: string }[];
}

/** The viewer says which app the TV shows: the sign-in methods depend on it. */
export const chooseAppPage = (texts: Messages, { apps }: ChooseApp): Page => ({
  title: texts.codeTitle,
  body: html`<p class="lead">${texts.chooseAppLead}</p>
<div class="actions">
${apps.map(
  ({ name, url }) => html`<a class="button plain" href="${url}">${name}</a>
`,
)}</div>`,
});
