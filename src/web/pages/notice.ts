import { buttonForm, type FormTarget } from '../form.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import { providerButton } from '../provider-button.ts';

export interface Link {
  readonly href: string;
  readonly label: string;
}

export interface Notice {
  readonly mark: Page['mark'];
  readonly title: string;
  readonly lead: string;
  /** Details for the developers of the app. */
  readonly detail?: string | undefined;
  /** Other ways to sign in, with the marks of their providers. */
  readonly choices?: readonly (Choice & { readonly mark?: string | undefined })[] | undefined;
  /** Where the viewer can go from here, the most likely one first. */
  readonly links: readonly [Link, ...Link[]];
  readonly form?: Choice | undefined;
  /** For support, to find the log lines of the request. */
  readonly reference?: { readonly label: string; readonly id: string } | undefined;
}

interface Choice {
  readonly target: FormTarget;
  readonly label: string;
}

const linkButton = ({ href, label }: Link, look: 'button' | 'button link'): Html =>
  html`<a class="${look}" href="${href}">${label}</a>
`;

const ways = ({ choices = [], links, form }: Notice): Html => {
  const best = choices.length === 0 ? links.slice(0, 1) : [];
  return html`<div class="actions">
${choices.map(({ target, label, mark }) => providerButton({ start: target, mark }, label))}${best.map((link) => linkButton(link, 'button'))}${
  form && buttonForm(form.target, form.label, 'plain')
}${links.slice(best.length).map((link) => linkButton(link, 'button link'))}</div>`;
};

/** An outcome, and the ways to continue. */
export const noticePage = (notice: Notice): Page => ({
  title: notice.title,
  mark: notice.mark,
  body: html`<p class="lead">${notice.lead}</p>
${notice.detail !== undefined && html`<p class="detail">${notice.detail}</p>`}
${ways(notice)}
${notice.reference && html`<p class="hint">${notice.reference.label} <code class="reference">${notice.reference.id}</code></p>`}`,
});
