import { html, type Markup } from '#src/lib/html';

/** A form of one button: what it does, with what. `token` proves that the page is ours. */
export const button = (
  token: string,
  action: string,
  { label, fields = {}, look = '' }: { label: string; fields?: Record<string, string>; look?: string },
): Markup => html`<form class="inline" method="post" action="/_world/do">${hidden({ token, action, ...fields })}
<button class="${look}">${label}</button></form>`;

export const hidden = (fields: Record<string, string>): Markup =>
  html`${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}`;

export const select = (
  name: string,
  label: string,
  options: readonly (readonly [value: string, text: string])[],
): Markup =>
  html`<select name="${name}" aria-label="${label}">${options.map(
    ([value, text]) => html`<option value="${value}">${text}</option>`,
  )}</select>`;
