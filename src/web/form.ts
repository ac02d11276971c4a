import { type Html, html } from './html.ts';

export interface FormTarget {
  readonly action: string;
  /** Hidden fields, including the anti-forgery token. */
  readonly fields: Readonly<Record<string, string>>;
}

export const hiddenFields = (fields: FormTarget['fields']): readonly Html[] =>
  Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);

/** A form that consists of one button. */
export const buttonForm = (
  target: FormTarget,
  label: string,
  look: 'primary' | 'plain' | 'link' = 'primary',
): Html =>
  html`<form method="post" action="${target.action}">${hiddenFields(target.fields)}<button type="submit" class="${look}">${label}</button></form>
`;
