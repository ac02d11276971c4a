import type { ErrorEntry } from './entry.ts';

/** Errors of the sign-in pages and of identity providers. */
export const signInErrors = {
  sign_in_expired: {
    status: 400,
    action: 'authentication',
    title: 'This sign-in has expired, was already used, or was started in another browser.',
  },
  sign_in_form_foreign: {
    status: 403,
    action: 'none',
    title: 'The form was not submitted from a page of this gateway.',
  },
  sign_in_attempts_exceeded: {
    status: 429,
    action: 'retry',
    title: 'Too many codes were tried. Wait before trying another one.',
  },
  sign_in_refused: { status: 403, action: 'authentication', title: 'The sign-in was canceled.' },
  sign_in_unfinished: {
    status: 403,
    action: 'authentication',
    title: 'The identity provider has to ask the viewer again.',
  },
  identity_rejected: {
    status: 401,
    action: 'authentication',
    title: "The identity provider's response failed validation.",
  },
  identity_provider_unavailable: {
    status: 503,
    action: 'retry',
    title: 'The identity provider cannot be reached.',
  },
  identity_provider_misconfigured: {
    status: 502,
    action: 'configuration',
    title: 'The identity provider rejects the gateway, or does not match its settings.',
  },
} as const satisfies Record<string, ErrorEntry>;
