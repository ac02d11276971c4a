import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Link } from './notice.ts';

export interface ErrorDescription {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** What the caller should do. */
  readonly advice: string;
  readonly link: Link;
}

/** What an error code means, for developers of apps. In English. */
export const errorCodePage = ({ code, status, title, advice, link }: ErrorDescription): Page => ({
  title: code,
  body: html`<p class="lead">${title}</p>
<dl>
<div><dt>HTTP status</dt><dd>${status}</dd></div>
</dl>
<h2>What to do</h2>
<p>${advice}</p>
<a class="button plain" href="${link.href}">${link.label}</a>`,
});
