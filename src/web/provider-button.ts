import { type FormTarget, hiddenFields } from './form.ts';
import { type Html, html } from './html.ts';

export interface ProviderChoice {
  readonly label: string;
  /** Path of the mark beside the label. */
  readonly mark?: string | undefined;
  readonly start: FormTarget;
}

/** Leads to an identity provider. Its mark, which the label repeats in words, stands on the colors made for it. */
export const providerButton = ({ mark, start }: Omit<ProviderChoice, 'label'>, text: string): Html =>
  html`<form method="post" action="${start.action}">${hiddenFields(start.fields)}<button type="submit" class="${mark === undefined ? 'primary' : 'provider'}">${mark !== undefined && html`<img src="${mark}" alt="">`}${text}</button></form>
`;
