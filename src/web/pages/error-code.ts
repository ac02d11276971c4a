import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Link } from './notice.ts';

export interface ErrorDescription {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** What the caller should do. */
  readonly advice: string;
  /** The same for a client that was registered with a software statement. */
  readonly adviceIfRegistered: string | undefined;
  readonly link: Link;
}

/** What an error code means, for developers of apps. In English. */
export const errorCodePage = ({
  code,
  status,
  title,
  advice,
  adviceIfRegistered,
  link,
}: ErrorDescription): Page => ({
  title: code,
  body: html`<p class="lead">${title}</p>
<dl>
<div><dt>HTTP status</dt><dd>${status}</dd></div>
</dl>
<h2>What to do</h2>
<p>${advice}</p>
${adviceIfRegistered && html`<p>Without a sign-in, as a registered client: ${adviceIfRegistered}</p>\n`}<a class="button plain" href="${link.href}">${link.label}</a>`,
});
