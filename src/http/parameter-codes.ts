import type { ErrorCode } from '#src/lib/errors';

/** Adobe's codes for what may be wrong with the parameters of REST V2. */
const codes: Readonly<Record<string, ErrorCode>> = {
  serviceProvider: 'invalid_parameter_service_provider',
  mvpd: 'invalid_parameter_mvpd',
  partner: 'invalid_parameter_partner',
  code: 'invalid_parameter_code',
  redirectUrl: 'invalid_parameter_redirect_url',
  resources: 'invalid_parameter_resources',
  SAMLResponse: 'invalid_parameter_saml_response',
};

/** The code for a field, by the name of the parameter that it begins with: `resources.0` is about resources. */
export const parameterCode = (field: string): ErrorCode =>
  codes[field.split('.')[0] ?? ''] ?? 'gateway_parameter_invalid';
