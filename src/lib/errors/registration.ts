import type { ErrorEntry } from './entry.ts';

/** Errors of dynamic client registration and of client tokens (`/o/client/*`). */
export const registrationErrors = {
  registration_request_invalid: {
    status: 400,
    action: 'none',
    title: 'The registration request is malformed.',
    oauth: 'invalid_request',
  },
  registration_redirect_uri_invalid: {
    status: 400,
    action: 'none',
    title: 'The redirect URI is not registered for this application.',
    oauth: 'invalid_redirect_uri',
  },
  software_statement_invalid: {
    status: 400,
    action: 'application-registration',
    title: 'The software statement does not belong to an application of this gateway.',
    oauth: 'invalid_software_statement',
  },
  token_request_invalid: {
    status: 400,
    action: 'none',
    title: 'The token request is malformed.',
    oauth: 'invalid_request',
  },
  client_credentials_invalid: {
    status: 400,
    action: 'application-registration',
    title: 'The client id or the client secret is wrong.',
    oauth: 'invalid_client',
  },
  grant_type_unsupported: {
    status: 400,
    action: 'none',
    title: 'The only supported grant type is client_credentials.',
    oauth: 'unsupported_grant_type',
  },
} as const satisfies Record<string, ErrorEntry>;
