import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Messages } from '../messages.ts';

export interface FinishTvProvider {
  /** Name of the TV provider. */
  readonly provider: string;
  /** Addresses: its login page, this page, the choice, and the page that ends it. */
  readonly login: string;
  readonly check: string;
  readonly other: string;
  readonly later: string;
}

/** The viewer has yet to sign in at the TV provider that they chose, or its answer is not there yet. */
export const finishTvProviderPage = (
  texts: Messages,
  { provider, login, check, other, later }: FinishTvProvider,
): Page => ({
  title: texts.finishTitle,
  body: html`<p class="lead">${texts.finishLead(provider)}</p>
<div class="actions">
<a class="button" href="${login}">${texts.finishContinue(provider)}</a>
<a class="button plain" href="${check}">${texts.finishCheck}</a>
<a class="button link" href="${other}">${texts.finishOther}</a>
<a class="button link" href="${later}">${texts.finishLater}</a>
</div>`,
});
