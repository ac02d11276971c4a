/** Statuses, actions and texts of Adobe's enhanced errors: all 47 that REST API V2 documents. */
export const documented = {
  invalid_parameter_service_provider: [
    400,
    'none',
    'The service provider parameter value is missing or invalid.',
  ],
  invalid_parameter_mvpd: [400, 'none', 'The mvpd parameter value is missing or invalid.'],
  invalid_parameter_code: [400, 'none', 'The code parameter value is missing or invalid.'],
  invalid_parameter_resources: [400, 'none', 'The resources parameter value is missing or invalid.'],
  invalid_parameter_redirect_url: [400, 'none', 'The redirect URL parameter value is missing or invalid.'],
  invalid_parameter_partner: [400, 'none', 'The partner parameter value is missing or invalid.'],
  invalid_parameter_saml_response: [400, 'none', 'The SAML response parameter value is missing or invalid.'],
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
  invalid_header_pfs_permission_access_not_present: [
    400,
    'none',
    'The permission access status value from the partner framework status header is not present.',
  ],
  invalid_header_pfs_permission_access_not_determined: [
    400,
    'none',
    'The permission access status value from the partner framework status header is undetermined.',
  ],
  invalid_header_pfs_permission_access_not_granted: [
    400,
    'none',
    'The permission access status value from the partner framework status header is not granted.',
  ],
  invalid_header_pfs_provider_id_not_determined: [
    400,
    'none',
    'The provider id value from the partner framework status header is not associated with a known mvpd.',
  ],
  invalid_header_pfs_provider_id_mismatch: [
    400,
    'none',
    'The provider id value from the partner framework status header does not match the mvpd sent as parameter.',
  ],
  invalid_header_pfs_provider_info_expired: [
    400,
    'none',
    'The provider information from the partner framework status header has expired.',
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
  authorization_denied_by_parental_controls: [
    403,
    'none',
    'The MVPD has returned a "Deny" decision due parental controls settings for the specified resource.',
  ],
  authorization_denied_by_degradation_rule: [
    403,
    'none',
    'The integration between the specified service provider and mvpd has a degradation rule applied that denies authorization for the requested resources.',
  ],
  internal_server_error: [500, 'none', 'The request failed due to an internal server error.'],
  too_many_resources: [
    403,
    'configuration',
    'The authorization or preauthorization request failed because too many resources were queried. Please contact support team to properly configure the authorization and preauthorization limitations.',
  ],
  invalid_configuration_user_metadata_certificate: [
    500,
    'configuration',
    'The user metadata certificate configuration is missing or invalid.',
  ],
  invalid_configuration_temporary_access: [
    500,
    'configuration',
    'The temporary access configuration is invalid.',
  ],
  invalid_configuration_platform: [
    500,
    'configuration',
    'The platform configuration is missing or invalid for integration.',
  ],
  invalid_configuration_platform_id: [
    500,
    'configuration',
    'The platform id configuration is missing or invalid.',
  ],
  invalid_configuration_platform_trait: [
    500,
    'configuration',
    'The platform trait configuration is missing or invalid.',
  ],
  invalid_configuration_platform_category_trait: [
    500,
    'configuration',
    'The platform category trait configuration is missing or invalid.',
  ],
  invalid_configuration_platform_services: [
    500,
    'configuration',
    'The platform services configuration is missing or invalid for integration.',
  ],
  invalid_configuration_mvpd_platform: [
    500,
    'configuration',
    'The mvpd platform configuration is missing or invalid for mvpd and platform.',
  ],
  invalid_configuration_mvpd_platform_boarding_status: [
    500,
    'configuration',
    'The mvpd platform boarding status configuration is missing or invalid for mvpd and platform.',
  ],
  invalid_configuration_mvpd_platform_profile_exchange: [
    500,
    'configuration',
    'The mvpd platform profile exchange configuration is missing or invalid for mvpd and platform.',
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
  authenticated_profile_invalidated: [
    403,
    'authentication',
    'The authenticated profile associated with this request has been invalidated.',
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
  authorization_denied_by_hba_policies: [
    403,
    'authentication',
    'The MVPD has returned a "Deny" decision due home-based authentication policies. The current authentication was obtain through a Home-based authentication flow and but the device is no longer in-home when requesting authorization for the specified resource. The user must re-authenticate with a supported MVPD in order to continue.',
  ],
  authorization_denied_by_session_invalidated: [
    403,
    'authentication',
    'The authentication session was invalidated by the identity provider. The user must re-authenticate with a supported MVPD in order to continue.',
  ],
  identity_not_recognized_by_mvpd: [
    403,
    'authentication',
    'The authorization request failed due to the fact that user identity was not recognized by the MVPD.',
  ],
  network_received_error: [
    403,
    'retry',
    'There was a read error while retrieving the response from the associated partner service. Retrying the request might solve the issue.',
  ],
  network_connection_timeout: [
    403,
    'retry',
    'There was a connection timeout with the associated partner service. Retrying the request might solve the issue.',
  ],
  maximum_execution_time_exceeded: [
    403,
    'retry',
    'The request did not complete in the maximum allowed time. Retrying the request might solve the issue.',
  ],
} as const;

/** Errors for which the documentation names no code: the simulator's own codes, in Adobe's shape. */
export const unlisted = {
  invalid_access_token: [
    401,
    'application-registration',
    'The access token is missing, expired or not one of ours.',
  ],
  forbidden_access_token: [
    403,
    'application-registration',
    'The access token was issued to client credentials that may not use this service.',
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
  unexpected_header: [400, 'none', 'The request carries a header that this operation does not take.'],
  not_found: [404, 'none', 'There is no such operation.'],
  method_not_allowed: [405, 'none', 'This operation does not take this method.'],
} as const;

type Wording = { readonly action?: string; readonly message?: string };

/** Messages that differ in all samples of a code. */
export const sampledMessages: Readonly<Record<string, Wording>> = {
  authorization_denied_by_degradation_rule: {
    message: 'The integration has an AuthZNone rule applied for the requested resources',
  },
  preauthorization_denied_by_mvpd: {
    message:
      'The MVPD has returned a "Deny" decision when requesting pre-authorization for the specified resource.',
  },
  authorization_denied_by_mvpd: {
    message:
      'The MVPD has returned a "Deny" decision when requesting authorization for the specified resource',
  },
};

/** Actions that differ in the samples of one page only: profile by MVPD, of a promotional TempPass. */
export const sampledPromotionalActions: Readonly<Record<string, Wording>> = {
  temporary_access_duration_limit_exceeded: { action: 'none' },
  invalid_configuration_temporary_access: { action: 'none' },
};
