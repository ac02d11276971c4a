import { buttonForm, type FormTarget } from '../form.ts';
import { html } from '../html.ts';
import type { Messages } from '../i18n.ts';
import type { Page } from '../layout.ts';

export interface ApproveDevice {
  readonly app: string;
  readonly code: string;
  /** Masked. */
  readonly email: string | null;
  readonly approve: FormTarget;
  readonly deny: FormTarget;
  readonly switchUrl: string;
}

/** The viewer compares the code, then approves or denies the device; never automatic (RFC 8628 §5.4). */
export const approveDevicePage = (texts: Messages, view: ApproveDevice): Page => ({
  title: texts.approveTitle,
  body: html`<p class="lead">${texts.approveLead(view.app)}</p>
<p class="code" aria-label="${texts.approveCode}">${view.code}</p>
<dl>
<div><dt>${texts.approveApp}</dt><dd>${view.app}</dd></div>
${view.email !== null && html`<div><dt>${texts.approveAccount}</dt><dd>${view.email}</dd></div>`}
</dl>
<p class="hint">${texts.approveWarning}</p>
${buttonForm(view.approve, texts.approve)}${buttonForm(view.deny, texts.deny, 'plain')}<a class="button link" href="${view.switchUrl}">${texts.otherAccount}</a>`,
});
