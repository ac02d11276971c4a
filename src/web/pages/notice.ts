import { buttonForm, type FormTarget } from '../form.ts';
import { html } from '../html.ts';
import type { Page } from '../layout.ts';

export interface Notice {
  readonly mark: Page['mark'];
  readonly title: string;
  readonly lead: string;
  /** What the maker of an app needs to know. */
  readonly detail?: string | undefined;
  readonly link?: { readonly href: string; readonly label: string } | undefined;
  readonly form?: { readonly target: FormTarget; readonly label: string } | undefined;
}

/** Something ended, well or not, and at most two ways to go on. */
export const noticePage = (notice: Notice): Page => ({
  title: notice.title,
  mark: notice.mark,
  body: html`<p class="lead">${notice.lead}</p>
${notice.detail !== undefined && html`<p class="detail">${notice.detail}</p>`}
${notice.link && html`<a class="button" href="${notice.link.href}">${notice.link.label}</a>`}
${notice.form && buttonForm(notice.form.target, notice.form.label, 'plain')}`,
});
