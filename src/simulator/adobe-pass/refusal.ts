/** The enhanced errors that the simulated Adobe Pass answers with. Statuses, actions, texts: Adobe's catalogue. */
const documented = {
  invalid_parameter_service_provider: [
    400,
    'none',
    'The service provider parameter value is missing or invalid.',
  ],
  invalid_parameter_mvpd: [400, 'none', 'The mvpd parameter value is missing or invalid.'],
  invalid_parameter_code: [400, 'none', 'The code parameter value is missing or invalid.'],
  invalid_parameter_resources: [400, 'none', 'The resources parameter value is missing or invalid.'],
  invalid_parameter_redirect_url: [400, 'none', 'The redirect URL parameter value is missing or invalid.'],
  invalid_header_device_info: [400, 'none', 'The device information header value is missing or invalid.'],
  invalid_header_device_identifier: [
    400,
    'none',
    'The device identifier header value is missing or invalid.',
  ],
  invalid_header_identity_for_temporary_access: [
    400,
    'none',
    'The identity for temporary access header value is missing or invalid.',
  ],
  invalid_integration: [
    400,
    'none',
    'The integration between the specified service provider and mvpd does not exist or is disabled.',
  ],
  invalid_authentication_session: [
    400,
    'none',
    'The authentication session associated with this request is missing or invalid.',
  ],
  preauthorization_denied_by_mvpd: [
    403,
    'none',
    'The MVPD has returned a “Deny” decision when requesting pre-authorization for the specified resource.',
  ],
  authorization_denied_by_mvpd: [
    403,
    'none',
    'The MVPD has returned a "Deny" decision when requesting authorization for the specified resource.',
  ],
  internal_server_error: [500, 'none', 'The request failed due to an internal server error.'],
  too_many_resources: [
    403,
    'configuration',
    'The authorization or preauthorization request failed because too many resources were queried. Please contact support team to properly configure the authorization and preauthorization limitations.',
  ],
  invalid_access_token_service_provider: [
    401,
    'application-registration',
    'The access token is invalid due to invalid service provider.',
  ],
  invalid_access_token_client_application: [
    401,
    'application-registration',
    'The access token is invalid due to invalid client application.',
  ],
  authenticated_profile_missing: [
    403,
    'authentication',
    'The authenticated profile associated with this request is missing.',
  ],
  authenticated_profile_expired: [
    403,
    'authentication',
    'The authenticated profile associated with this request has expired.',
  ],
  temporary_access_duration_limit_exceeded: [
    403,
    'authentication',
    'The temporary access duration limit has been exceeded.',
  ],
  temporary_access_resources_limit_exceeded: [
    403,
    'authentication',
    'The temporary access resources limit has been exceeded.',
  ],
} as const;

/** Where the documentation names no code; these are the simulator's own, in Adobe's shape. */
const unlisted = {
  invalid_access_token: [
    401,
    'application-registration',
    'The access token is missing, expired or not one of ours.',
  ],
  invalid_parameter_domain_name: [
    400,
    'none',
    'The domain name is not registered for this service provider.',
  ],
  invalid_header_service_token: [400, 'none', 'The service token header value is invalid.'],
  invalid_header_content_type: [
    400,
    'none',
    'The content type of the request is not what this operation takes.',
  ],
  not_found: [404, 'none', 'There is no such operation.'],
  method_not_allowed: [405, 'none', 'This operation does not take this method.'],
} as const;

const catalogue = { ...documented, ...unlisted };

export type RefusalCode = keyof typeof catalogue;

export type EnhancedError = {
  action: string;
  status: number;
  code: RefusalCode;
  message: string;
  details?: string;
  helpUrl: string;
};

const helpUrl =
  'https://experienceleague.adobe.com/docs/pass/authentication/auth-features/error-reportn/enhanced-error-codes.html';

export const enhancedError = (code: RefusalCode, details?: string): EnhancedError => {
  const [status, action, message] = catalogue[code];
  return { action, status, code, message, ...(details !== undefined && { details }), helpUrl };
};

/** Thrown by an operation that answers with an enhanced error instead. */
export class Refusal extends Error {
  readonly error: EnhancedError;

  constructor(code: RefusalCode, details?: string) {
    super(code);
    this.name = 'Refusal';
    this.error = enhancedError(code, details);
  }
}

export const refuse = (code: RefusalCode, details?: string): Refusal => new Refusal(code, details);
