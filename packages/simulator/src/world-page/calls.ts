import { html, type Markup } from '#src/lib/html';
import type { RecordedRequest } from '#src/recording';
import { titleOf } from './people.ts';
import { shorten } from './shorten.ts';
import type { WorldView } from './view.ts';

const lines = (values: Readonly<Record<string, string | string[]>>): Markup =>
  html`${Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map((one) => html`<dt>${name}</dt><dd>${shorten(name, one)}</dd>`),
  )}`;

const serviceToken = ({ serviceToken: seen }: RecordedRequest): Markup => {
  if (!seen) return html``;
  const subject = String(seen.claims?.['sub'] ?? 'unreadable');
  return seen.verified
    ? html`<span class="chip good">service token of ${shorten('', subject).slice(0, 24)}</span>`
    : html`<span class="chip bad">invalid service token</span>`;
};

const call = (request: RecordedRequest): Markup => {
  const { at, party, operation, method, path, query, headers, status } = request;
  const family = String(status ?? 0).slice(0, 1);
  return html`<details class="call" data-key="${`${at} ${party} ${method} ${path}`}"><summary>
<span class="mono soft">${at.slice(11, 19)}</span><span>${titleOf(party)}</span>
<span class="mono status-${family}">${status === null ? '—' : String(status)}</span>
<span class="path mono">${method} ${path}</span><span class="small soft">${operation}</span></summary>
<dl class="mono"><dt>response</dt><dd>${status === null ? 'none' : String(status)} ${serviceToken(request)}</dd>
${lines(query)}${lines(headers)}</dl></details>`;
};

/** The latest requests to any party, newest first; a click opens the headers. */
export const callsSection = ({ calls }: WorldView): Markup => html`<section class="calls">
<h2>Recent requests</h2>${
  calls.length === 0
    ? html`<p class="empty">No requests yet. Point a client at Adobe Pass, or run <code>npm run story</code>.</p>`
    : calls.map(call)
}
<p class="small soft">Secrets are shortened here; <a href="/_control/requests">/_control/requests</a> shows them in full.</p>
</section>`;
