import * as client from 'openid-client';
import { fail, KinpassError } from '#src/lib/errors';

/** The provider responded, but the response fails a check. `detail` names the check, never a value. */
export const rejected = (detail: string): KinpassError => fail('identity_rejected', { detail });

/** The provider did not respond, or is not working properly. `error` is a short word. */
export const unavailable = (error: string, detail = error): KinpassError =>
  fail('identity_provider_unavailable', { detail, facts: { error }, retryAfter: 5 });

/**
 * The provider refuses the gateway itself, or its metadata or keys do not fit the settings: no viewer can change that.
 * `error` is a short word.
 */
export const misconfigured = (error: string, detail = error): KinpassError =>
  fail('identity_provider_misconfigured', { detail, facts: { error } });

/** 5xx, 429 and redirects, which are not followed, are outages. */
export const isOutage = (status: number): boolean =>
  status >= 500 || status === 429 || (status >= 300 && status < 400);

/** An answer with another status than 200: an outage, or an address that does not serve what was asked. */
export const fromStatus = (status: number, detail?: string): KinpassError =>
  (isOutage(status) ? unavailable : misconfigured)(`http_${status}`, detail);

/**
 * Converts an error of openid-client or jose. Only codes are read and kept: the causes of the libraries' errors hold
 * tokens and claims, which must not reach a log.
 */
export const translate = (error: unknown): KinpassError => {
  const own = ownError(error);
  if (own) return own;
  if (error instanceof client.AuthorizationResponseError) return fromCallback(error.error);
  if (error instanceof client.ResponseBodyError) return fromEndpoint(error);
  // RFC 6749 §5.2: the answer to client authentication by header that failed.
  if (error instanceof client.WWWAuthenticateChallengeError)
    return error.status === 401 ? misconfigured('invalid_client') : fromStatus(error.status);
  if (error instanceof client.ClientError) return fromClientError(error);
  return rejected(`not accepted: ${codeOf(error)}`);
};

/** Errors of our own fetch are wrapped as the cause of a library's error. */
const ownError = (error: unknown): KinpassError | undefined => {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if (at instanceof KinpassError) return at;
  }
  return undefined;
};

/** RFC 6749's word, and those of Facebook, Apple and LinkedIn. */
const cancelled = /^(access_denied|user_denied|user_cancel(l)?ed(_\w{1,32})?)$/;

/**
 * OpenID Connect Core §3.1.2.6: an answer to prompt=none, which we never send; or the provider lost its place.
 */
const unfinished = new Set([
  'login_required',
  'interaction_required',
  'account_selection_required',
  'consent_required',
]);
const outages = new Set(['server_error', 'temporarily_unavailable']);

/** Faults of our request or registration (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6; the last is Google's). */
const refusals = new Set([
  'invalid_request',
  'unauthorized_client',
  'unsupported_response_type',
  'invalid_scope',
  'invalid_client',
  'invalid_request_uri',
  'invalid_request_object',
  'request_not_supported',
  'request_uri_not_supported',
  'registration_not_supported',
  'redirect_uri_mismatch',
]);

const fromCallback = (error: string): KinpassError => {
  const detail = `callback: ${errorName(error)}`;
  if (cancelled.test(error)) return fail('sign_in_refused', { detail });
  if (unfinished.has(error)) return fail('sign_in_unfinished', { detail });
  if (outages.has(error)) return unavailable(error, detail);
  return refusals.has(error) ? misconfigured(error, detail) : rejected(detail);
};

/** About the code that the browser brought, or the viewer. */
const aboutTheViewer = new Set(['invalid_grant', 'access_denied']);

/** Anything else is about us. Of free text is read only whether `invalid_grant` means our redirect URI. */
const fromEndpoint = ({ status, error, error_description: text }: client.ResponseBodyError): KinpassError => {
  const name = errorName(error);
  const detail = `status ${status}: ${name}`;
  if (isOutage(status) || outages.has(error)) return unavailable(name, detail);
  if (error === 'invalid_grant' && /redirect.?uri/i.test(text ?? ''))
    return misconfigured('redirect_uri_mismatch', detail);
  return aboutTheViewer.has(error) ? rejected(detail) : misconfigured(name, detail);
};

const fromClientError = (error: client.ClientError): KinpassError => {
  const code = error.code ?? 'unknown';
  switch (code) {
    case 'OAUTH_TIMEOUT':
    case 'OAUTH_ABORT':
      return unavailable('timeout', code);
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
      return unavailable('not_json', code);
    case 'OAUTH_HTTP_REQUEST_FORBIDDEN':
    case 'OAUTH_REQUEST_PROTOCOL_FORBIDDEN':
      return misconfigured('not_https', code);
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
      return error.cause instanceof Response && error.cause.status !== 200
        ? fromStatus(error.cause.status, code)
        : rejected(code);
    // Of the discovery document only.
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
      return misconfigured('issuer', code);
    default:
      return rejected(code);
  }
};

/** Error codes are short words; anything else is free text of the provider. */
const errorName = (text: string): string => (/^\w{1,64}$/.test(text) ? text : 'unnamed');

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
