import type { ErrorEntry } from './entry.ts';

/** Errors of REST V2 and of the gateway's own API, on both listeners. */
export const apiErrors = {
  gateway_access_token_missing: {
    status: 401,
    action: 'retry',
    title: 'The Authorization header with a bearer access token is missing.',
    oauth: 'invalid_token',
  },
  gateway_access_token_expired: {
    status: 401,
    action: 'authentication',
    actionIfRegistered: 'retry',
    title: 'The access token has expired or was revoked.',
    oauth: 'invalid_token',
  },
  gateway_access_token_invalid: {
    status: 401,
    action: 'application-registration',
    title: 'The access token was not issued by this gateway.',
    oauth: 'invalid_token',
  },
  gateway_device_mismatch: {
    status: 403,
    action: 'authentication',
    actionIfRegistered: 'application-registration',
    title: 'This instance is bound to a different device identifier.',
  },
  gateway_header_duplicate: { status: 400, action: 'none', title: 'A header was sent more than once.' },
  gateway_parameter_invalid: { status: 400, action: 'none', title: 'A parameter is missing or malformed.' },
  gateway_code_expired: {
    status: 400,
    action: 'authentication',
    title: 'The authentication code has expired, or the device has got a newer one. Create a new session.',
  },
  gateway_not_found: { status: 404, action: 'none', title: 'The requested resource does not exist.' },
  gateway_method_not_allowed: {
    status: 405,
    action: 'none',
    title: 'This resource does not support the request method.',
  },
  gateway_body_too_large: { status: 413, action: 'none', title: 'The request body is too large.' },
  gateway_content_type: {
    status: 415,
    action: 'none',
    title: 'The media type of the request body is not supported.',
  },
  gateway_service_token_unavailable: {
    status: 503,
    action: 'retry',
    title: 'The service token of the signed-in viewer is temporarily unavailable.',
  },
  gateway_subject_unavailable: {
    status: 503,
    action: 'authentication',
    title:
      "The viewer's account lacks the id that this family's service tokens require; the viewer must sign in again.",
  },
  gateway_external_token_invalid: {
    status: 401,
    action: 'authentication',
    title: 'The AD-Service-Token of the request is not valid for this application.',
  },
  gateway_external_token_expired: {
    status: 401,
    action: 'authentication',
    title: 'The AD-Service-Token of the request has expired.',
  },
  gateway_external_keys_unavailable: {
    status: 503,
    action: 'retry',
    title: "The AD-Service-Token of the request cannot be verified: its issuer's keys are unavailable.",
  },
  gateway_revoked: {
    status: 403,
    action: 'none',
    title: 'The operator has revoked the account or the instance.',
    oauth: 'invalid_client',
  },
  gateway_service_token_invalid: {
    status: 401,
    action: 'authentication',
    title: 'The service token is not valid, or was not issued by this gateway.',
  },
  gateway_source_limited: {
    status: 429,
    action: 'retry',
    title: 'Too many registrations or sign-ins were started from this network.',
    oauth: 'temporarily_unavailable',
  },
  gateway_code_attempts_exceeded: {
    status: 429,
    action: 'retry',
    title: 'Too many wrong authentication codes. Wait before trying another one.',
  },
  gateway_throttled: { status: 429, action: 'retry', title: 'Too many requests from this device.' },
  gateway_address_busy: {
    status: 503,
    action: 'retry',
    title: 'Other calls of devices behind this address go first: Adobe Pass limits how many it may make.',
    oauth: 'temporarily_unavailable',
  },
  gateway_adobe_refused: {
    status: 403,
    action: 'none',
    title:
      'The request was refused by Adobe Pass, or by a firewall in front of it, with the status of this response.',
  },
  gateway_adobe_unreachable: { status: 502, action: 'retry', title: 'Adobe Pass cannot be reached.' },
  gateway_adobe_timeout: { status: 504, action: 'retry', title: 'Adobe Pass did not respond in time.' },
  gateway_adobe_answer_invalid: {
    status: 502,
    action: 'retry',
    title: 'Adobe Pass sent a response that does not conform to REST API V2.',
  },
  gateway_host_not_registered: {
    status: 503,
    action: 'configuration',
    title: 'The host of the gateway is not among the domains of the service provider.',
  },
  gateway_adobe_registration_refused: {
    status: 502,
    action: 'configuration',
    title: "Adobe Pass rejected the application's software statement.",
  },
  gateway_adobe_redirect_uri_refused: {
    status: 502,
    action: 'configuration',
    title: 'Adobe Pass did not accept the redirect URI that the app registered with.',
  },
  gateway_adobe_client_invalid: {
    status: 502,
    action: 'retry',
    title: 'Adobe Pass no longer accepts the client credentials.',
  },
  gateway_adobe_unauthorized: {
    status: 502,
    action: 'configuration',
    title: 'Adobe Pass does not accept the access token that it has just issued to the gateway.',
  },
  gateway_adobe_token_refused: {
    status: 502,
    action: 'configuration',
    title: 'Adobe Pass refused to issue an access token.',
  },
  gateway_media_token_invalid: {
    status: 502,
    action: 'retry',
    title: 'Adobe Pass issued a media token that cannot be verified.',
  },
  gateway_media_server_unknown: {
    status: 401,
    action: 'none',
    title: 'The bearer token is not that of a media server (setting mediaTokens.servers).',
  },
  gateway_media_token_keys_missing: {
    status: 501,
    action: 'configuration',
    title: 'Media tokens cannot be verified without a key of Adobe Pass (setting mediaTokens.keys).',
  },
  gateway_rule_refused: {
    status: 403,
    action: 'none',
    title: "The programmer's own service denies the resource.",
  },
  gateway_rule_concurrency: {
    status: 403,
    action: 'none',
    title: 'The programmer does not allow another stream of the viewer at the same time.',
  },
  gateway_rule_unavailable: {
    status: 503,
    action: 'retry',
    title: "The programmer's own service does not say whether it denies the resource.",
  },
  gateway_profile_missing: {
    status: 404,
    action: 'authentication',
    title: 'There is no profile of this MVPD for the viewer on this device.',
  },
  gateway_unavailable: {
    status: 503,
    action: 'retry',
    title: 'The gateway is temporarily unable to handle the request.',
  },
  gateway_overloaded: {
    status: 503,
    action: 'retry',
    title: 'The gateway has more requests than it can answer in time.',
    oauth: 'temporarily_unavailable',
  },
  gateway_internal: { status: 500, action: 'none', title: 'An internal error occurred.' },
  admin_host_unknown: {
    status: 421,
    action: 'configuration',
    title: 'The admin listener is not reached under this name (setting admin.allowedHosts).',
  },
  admin_token_required: {
    status: 401,
    action: 'none',
    title: 'The admin listener requires a bearer token (setting admin.tokens).',
  },
  admin_role_required: {
    status: 403,
    action: 'none',
    title: 'The token of the admin listener does not have the required role (setting admin.tokens).',
  },
  admin_loopback_only: {
    status: 403,
    action: 'configuration',
    title: 'Without tokens the admin listener serves loopback only (setting admin.tokens).',
  },
  temppass_reset_unavailable: {
    status: 501,
    action: 'configuration',
    title: 'TempPass trials cannot be reset without a software statement (setting adobe.tempPassReset).',
  },
  temppass_reset_refused: {
    status: 502,
    action: 'configuration',
    title: 'Adobe Pass refused to reset the TempPass trials.',
  },
  audit_unavailable: { status: 503, action: 'retry', title: 'The audit log cannot be written.' },
  admin_request_foreign: {
    status: 403,
    action: 'none',
    title: 'The admin listener does not accept requests from browsers.',
  },
} as const satisfies Record<string, ErrorEntry>;
