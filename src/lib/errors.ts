/**
 * The catalogue of everything that Kinpass itself refuses or fails at. An error has a public half
 * (code, title, hint, field) and a private half (detail, cause) that reaches logs only. Errors are compared
 * by code, never by message. `docs/errors.md` is generated from this file.
 */

/** What a client can do about it, in the vocabulary of Adobe's enhanced error codes. */
export type ErrorAction = 'none' | 'configuration' | 'application-registration' | 'authentication' | 'retry';

interface Entry {
  readonly status: number;
  readonly title: string;
  readonly action: ErrorAction;
  /** The RFC 6749 / 7591 error that OAuth endpoints answer with. */
  readonly oauth?: string;
}

export const catalogue = {
  // The REST V2 surface
  gateway_access_token_missing: {
    status: 401,
    action: 'application-registration',
    title: 'The Authorization header with a bearer access token is missing.',
    oauth: 'invalid_token',
  },
  gateway_access_token_invalid: {
    status: 401,
    action: 'application-registration',
    title: 'The access token is unknown, expired or revoked.',
    oauth: 'invalid_token',
  },
  gateway_service_provider_not_allowed: {
    status: 403,
    action: 'configuration',
    title: 'The application of this access token may not use this service provider.',
  },
  gateway_device_mismatch: {
    status: 403,
    action: 'none',
    title: 'This instance is bound to another device identifier.',
  },
  gateway_header_duplicate: { status: 400, action: 'none', title: 'A header was sent more than once.' },
  gateway_header_device_identifier: {
    status: 400,
    action: 'none',
    title: 'The AP-Device-Identifier header is missing or malformed.',
  },
  gateway_header_device_info: {
    status: 400,
    action: 'none',
    title: 'The X-Device-Info header is malformed.',
  },
  gateway_parameter_invalid: { status: 400, action: 'none', title: 'A parameter is missing or malformed.' },
  gateway_code_unknown: {
    status: 400,
    action: 'none',
    title: 'The authentication code is unknown, expired or not open to this application.',
  },
  gateway_not_found: { status: 404, action: 'none', title: 'There is no such resource.' },
  gateway_method_not_allowed: {
    status: 405,
    action: 'none',
    title: 'This resource does not take this method.',
  },
  gateway_body_too_large: { status: 413, action: 'none', title: 'The request body is too large.' },
  gateway_content_type: { status: 415, action: 'none', title: 'The request body has the wrong media type.' },
  gateway_service_token_unavailable: {
    status: 503,
    action: 'retry',
    title: 'The service token of the signed-in viewer cannot be made at the moment.',
  },
  gateway_subject_unavailable: {
    status: 503,
    action: 'authentication',
    title: "The viewer's account has no id that service tokens of this family are made of; sign in again.",
  },
  gateway_external_token_invalid: {
    status: 401,
    action: 'authentication',
    title: 'The AD-Service-Token of the request is not one that this application may bring.',
  },
  gateway_external_token_expired: {
    status: 401,
    action: 'authentication',
    title: 'The AD-Service-Token of the request has expired.',
  },
  gateway_external_keys_unavailable: {
    status: 503,
    action: 'retry',
    title: 'The AD-Service-Token of the request cannot be checked at the moment: its issuer gives no keys.',
  },
  gateway_revoked: {
    status: 403,
    action: 'none',
    title: 'The account or the instance was revoked by the operator.',
    oauth: 'invalid_client',
  },
  gateway_service_token_invalid: {
    status: 401,
    action: 'authentication',
    title: 'The service token is not one of this gateway, or no longer valid.',
  },
  admin_request_foreign: {
    status: 403,
    action: 'none',
    title: 'The admin listener serves no pages: this request came from a browser.',
  },
  gateway_throttled: { status: 429, action: 'retry', title: 'Too many requests from this device.' },
  gateway_adobe_unreachable: { status: 502, action: 'retry', title: 'Adobe Pass cannot be reached.' },
  gateway_adobe_timeout: { status: 504, action: 'retry', title: 'Adobe Pass did not answer in time.' },
  gateway_adobe_answer_invalid: {
    status: 502,
    action: 'retry',
    title: 'Adobe Pass answered with something that is not REST API V2.',
  },
  gateway_adobe_registration_refused: {
    status: 502,
    action: 'configuration',
    title: "Adobe Pass refused the application's software statement.",
  },
  gateway_adobe_client_invalid: {
    status: 502,
    action: 'retry',
    title: 'Adobe Pass no longer knows the client credentials.',
  },
  gateway_adobe_token_refused: {
    status: 502,
    action: 'configuration',
    title: 'Adobe Pass refused to issue an access token.',
  },
  gateway_unavailable: {
    status: 503,
    action: 'retry',
    title: 'The gateway cannot serve this at the moment.',
  },
  gateway_internal: { status: 500, action: 'none', title: 'The gateway failed.' },

  // Dynamic client registration at the gateway
  registration_request_invalid: {
    status: 400,
    action: 'none',
    title: 'The registration request is malformed.',
    oauth: 'invalid_request',
  },
  registration_redirect_uri_invalid: {
    status: 400,
    action: 'none',
    title: 'The redirect URI is not one of the application.',
    oauth: 'invalid_redirect_uri',
  },
  software_statement_invalid: {
    status: 400,
    action: 'application-registration',
    title: 'The software statement belongs to no application of this gateway.',
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
    title: 'The client id or secret is wrong.',
    oauth: 'invalid_client',
  },
  grant_type_unsupported: {
    status: 400,
    action: 'none',
    title: 'Only client_credentials is served here.',
    oauth: 'unsupported_grant_type',
  },

  // Signing in
  sign_in_expired: {
    status: 400,
    action: 'authentication',
    title: 'This sign-in was already used, has expired, or began in another browser.',
  },
  sign_in_form_foreign: {
    status: 403,
    action: 'none',
    title: 'The form was not sent from a page of this gateway.',
  },
  sign_in_attempts_exceeded: {
    status: 429,
    action: 'retry',
    title: 'Too many codes were tried; wait before trying another.',
  },
  sign_in_refused: { status: 403, action: 'authentication', title: 'The sign-in was cancelled.' },
  identity_rejected: {
    status: 401,
    action: 'authentication',
    title: 'What the identity provider sent did not pass the checks.',
  },
  identity_provider_unavailable: {
    status: 503,
    action: 'retry',
    title: 'The identity provider cannot be reached.',
  },

  // Starting up
  config_invalid: { status: 500, action: 'configuration', title: 'The configuration is invalid.' },
  keys_invalid: {
    status: 500,
    action: 'configuration',
    title: 'A key file is missing, open to others or unfit.',
  },
  subjects_changed: {
    status: 500,
    action: 'configuration',
    title: 'The settings or keys would change the subjects of existing accounts.',
  },
  key_step_refused: { status: 409, action: 'none', title: 'The key cannot take this step.' },
  port_taken: { status: 500, action: 'configuration', title: 'A port is already in use.' },
  simulator_missing: {
    status: 500,
    action: 'configuration',
    title: 'This command needs the package @kinpass/simulator: run `npm install @kinpass/simulator`.',
  },
  store_invalid: { status: 500, action: 'configuration', title: 'The database cannot be used.' },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof catalogue;

export interface ErrorContext {
  /** Public: what the caller should change. Never a secret, never upstream text. */
  readonly hint?: string;
  /** Public: the parameter, header or setting at fault. */
  readonly field?: string;
  /** Public: seconds until it is worth asking again. */
  readonly retryAfter?: number;
  /** Private: logs only. */
  readonly detail?: string;
  readonly cause?: unknown;
}

export class KinpassError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly hint: string | undefined;
  readonly field: string | undefined;
  readonly retryAfter: number | undefined;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, context: ErrorContext = {}) {
    super(catalogue[code].title, context.cause === undefined ? undefined : { cause: context.cause });
    this.name = 'KinpassError';
    this.code = code;
    this.status = catalogue[code].status;
    this.hint = context.hint;
    this.field = context.field;
    this.retryAfter = context.retryAfter;
    this.detail = context.detail;
  }
}

export const fail = (code: ErrorCode, context?: ErrorContext): KinpassError =>
  new KinpassError(code, context);

export const hasCode = (error: unknown, code: ErrorCode): boolean =>
  error instanceof KinpassError && error.code === code;

/** The catalogue's entry, widened so that optional members can be read. */
export const entryOf = (code: ErrorCode): Entry => catalogue[code];
