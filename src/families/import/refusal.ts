/** Why a line of an import is refused, by code. docs/migration.md is generated from it. */
export const refusals = {
  line_invalid: 'The line does not have this form.',
  family_unknown: 'The settings have no such family.',
  app_unknown: 'The settings have no such app.',
  service_provider_unknown: 'The app may not use this service provider.',
  issuer_unknown: 'No identity provider of the family has this issuer.',
  subject_by_claim:
    "The family makes subjects of a claim: leave the subject out, or set the strategy to 'account'.",
  viewer_unused: 'The family keeps profiles per device: leave the viewer out.',
  identity_taken: 'The identity belongs to another account than the first one of the line.',
  identity_differs: 'The account has another identity of this issuer.',
  subject_would_change: 'The account has another subject, which never changes.',
  subject_taken: 'Another account of the family has this subject.',
  viewer_unknown: 'No account has this identity: import it first, in a line before this one.',
  credentials_taken: 'There are credentials with this client id: of another installation, secret or viewer.',
  credentials_exist: 'The viewer has other credentials for this app on this device.',
  contradicts: 'An earlier line says otherwise.',
} as const;

export type RefusalCode = keyof typeof refusals;

export interface Refusal {
  /** Of the line; empty where it is the line itself. */
  readonly field: string;
  readonly code: RefusalCode;
  /** What is wrong with the form. */
  readonly hint?: string;
  /** The line that says otherwise. */
  readonly earlier?: number;
}

/** For the operator: names no value, since it may be a secret. */
export const refusalText = ({ field, code, hint, earlier }: Refusal): string => {
  const text = hint ?? refusals[code];
  const place = field === '' ? '' : `${field}: `;
  return `${place}${text}${earlier === undefined ? '' : ` It is line ${earlier}.`} (${code})`;
};
