import type { ErrorEntry } from './entry.ts';

const invalid = (title: string) => ({ status: 400, action: 'none', title }) as const satisfies ErrorEntry;

/** Errors of Adobe that the gateway can tell without asking: codes and statuses are those of REST API V2. */
export const restErrors = {
  invalid_access_token_client_application: {
    status: 401,
    action: 'application-registration',
    title: 'The client of this access token is no longer registered.',
    oauth: 'invalid_token',
  },
  invalid_access_token_service_provider: {
    status: 401,
    action: 'configuration',
    title: 'The application of this access token is not allowed to use this service provider.',
    oauth: 'invalid_token',
  },
  invalid_parameter_service_provider: invalid('The service provider is malformed, or no application has it.'),
  invalid_parameter_mvpd: invalid('The MVPD is malformed.'),
  invalid_parameter_partner: invalid('The partner is malformed.'),
  invalid_parameter_code: invalid('The authentication code is malformed.'),
  invalid_parameter_redirect_url: invalid('The redirectUrl parameter is missing or not allowed.'),
  invalid_parameter_resources: invalid('The resources are missing or malformed.'),
  invalid_parameter_saml_response: invalid('The SAML response is missing or malformed.'),
  invalid_header_device_identifier: invalid('The AP-Device-Identifier header is missing or malformed.'),
  invalid_header_device_info: invalid('The X-Device-Info header is malformed.'),
  invalid_authentication_session: invalid(
    'The authentication code is unknown, has expired, or is not available to this application.',
  ),
} as const satisfies Record<string, ErrorEntry>;
