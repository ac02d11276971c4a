import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';

export interface GuideEntry {
  readonly label: string;
  readonly href?: string | undefined;
  readonly detail?: string | undefined;
  /** To paste into a shell. */
  readonly command?: string | undefined;
}

/** A first page for people who develop with the gateway. In English. */
export interface Guide {
  readonly title: string;
  readonly lead: string;
  readonly sections: readonly { readonly title: string; readonly entries: readonly GuideEntry[] }[];
}

const item = ({ label, href, detail, command }: GuideEntry): Html => html`<li>${
  href === undefined ? html`<strong>${label}</strong>` : html`<a href="${href}">${label}</a>`
}${detail !== undefined && html`<div class="hint">${detail}</div>`}${
  command !== undefined && html`<code class="detail">${command}</code>`
}</li>
`;

export const guidePage = ({ title, lead, sections }: Guide): Page => ({
  title,
  body: html`<p class="lead">${lead}</p>
${sections.map(
  (section) => html`<section>
<h2>${section.title}</h2>
<ul>
${section.entries.map(item)}</ul>
</section>
`,
)}`,
});
