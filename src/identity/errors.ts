import * as client from 'openid-client';
import { fail, KinpassError } from '#src/lib/errors';

/** The provider responded, but the response fails a check. `detail` names the check, never a value. */
export const rejected = (detail: string): KinpassError => fail('identity_rejected', { detail });

/** The provider did not respond, or is not working properly. */
export const unavailable = (detail: string): KinpassError =>
  fail('identity_provider_unavailable', { detail, retryAfter: 5 });

/** 5xx, 429 and redirects, which are not followed, are outages. */
export const isOutage = (status: number): boolean =>
  status >= 500 || status === 429 || (status >= 300 && status < 400);

/**
 * Converts an error of openid-client or jose. Only codes are read and kept: the causes of the libraries' errors hold
 * tokens and claims, which must not reach a log.
 */
export const translate = (error: unknown): KinpassError => {
  const own = ownError(error);
  if (own) return own;
  if (error instanceof client.AuthorizationResponseError) return fromCallback(error.error);
  if (error instanceof client.ResponseBodyError) return fromStatus(error.status, error.error);
  if (error instanceof client.WWWAuthenticateChallengeError) return fromStatus(error.status, 'challenge');
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

const fromCallback = (error: string): KinpassError => {
  if (cancelled.test(error)) return fail('sign_in_refused', { detail: `callback: ${errorName(error)}` });
  switch (error) {
    // OpenID Connect Core §3.1.2.6: an answer to prompt=none, which we never send; or the provider lost its place.
    case 'login_required':
    case 'interaction_required':
    case 'account_selection_required':
    case 'consent_required':
      return fail('sign_in_unfinished', { detail: `callback: ${error}` });
    case 'server_error':
    case 'temporarily_unavailable':
      return unavailable(`callback: ${error}`);
    default:
      return rejected(`callback: ${errorName(error)}`);
  }
};

const fromStatus = (status: number, error: string): KinpassError =>
  isOutage(status) || error === 'server_error' || error === 'temporarily_unavailable'
    ? unavailable(`status ${status}: ${errorName(error)}`)
    : rejected(`status ${status}: ${errorName(error)}`);

const fromClientError = (error: client.ClientError): KinpassError => {
  const code = error.code ?? 'unknown';
  switch (code) {
    case 'OAUTH_TIMEOUT':
    case 'OAUTH_ABORT':
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
      return unavailable(code);
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
      return fromStatus(error.cause instanceof Response ? error.cause.status : 200, code);
    default:
      return rejected(code);
  }
};

/** Error codes are short words; anything else is free text of the provider. */
const errorName = (text: string): string => (/^\w{1,64}$/.test(text) ? text : 'unnamed error');

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
