import { buttonForm, type FormTarget } from '../form.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { type Messages, minutesAgo } from '../messages.ts';

export interface DeviceRequest {
  /** As the device describes itself. */
  readonly device: string | null;
  /** Masked; null for the viewer's own network. */
  readonly network: string | null;
  readonly minutesAgo: number;
}

export interface ApproveDevice {
  readonly app: string;
  readonly code: string;
  /** Unknown for devices that asked an earlier version. */
  readonly request?: DeviceRequest | undefined;
  /** Masked. */
  readonly email: string | null;
  readonly approve: FormTarget;
  readonly deny: FormTarget;
  readonly switchUrl: string;
}

const row = (
  term: string,
  description: string,
): Html => html`<div><dt>${term}</dt><dd>${description}</dd></div>
`;

const requestRows = (texts: Messages, { device, network, ...request }: DeviceRequest): Html =>
  html`${device !== null && row(texts.approveDevice, device)}${row(
    texts.approveNetwork,
    network === null ? texts.ownNetwork : texts.otherNetwork(network),
  )}${row(texts.approveAge, minutesAgo(texts, request.minutesAgo))}`;

/** The viewer compares the code, then approves or denies the device; never automatic (RFC 8628 §5.4). */
export const approveDevicePage = (texts: Messages, view: ApproveDevice): Page => ({
  title: texts.approveTitle,
  body: html`<p class="lead">${texts.approveLead(view.app)}</p>
<p class="code" aria-label="${texts.approveCode}">${view.code}</p>
<dl>
${row(texts.approveApp, view.app)}${view.request && requestRows(texts, view.request)}${view.email !== null && row(texts.approveAccount, view.email)}
</dl>
<p class="hint">${texts.approveWarning}</p>
<div class="actions">
<div class="pair">
${buttonForm(view.approve, texts.approve)}${buttonForm(view.deny, texts.deny, 'plain')}</div>
<a class="button link" href="${view.switchUrl}">${texts.otherAccount}</a>
</div>`,
});
