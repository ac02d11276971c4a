import type { AdapterPayload } from 'oidc-provider';
import { applicationType } from '#src/lib/redirect-uri';
import type { Client } from '../deps.ts';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/**
 * An app or one of its instances as OAuth client metadata (RFC 7591 §2). Only the hash of the secret is known: it is
 * passed as `client_secret`, and the provider's comparison is replaced accordingly.
 */
export const clientMetadata = (clientId: string, { app, secretHash }: Client): AdapterPayload => {
  const redirects = app.redirectUris.length > 0;
  return {
    client_id: clientId,
    client_name: app.name,
    application_type: applicationType([...app.redirectUris, ...app.postLogoutRedirectUris]),
    redirect_uris: app.redirectUris,
    post_logout_redirect_uris: app.postLogoutRedirectUris,
    response_types: redirects ? ['code'] : [],
    response_modes: ['query'],
    grant_types: [...(redirects ? ['authorization_code'] : []), deviceGrant, 'refresh_token'],
    ...(secretHash === null
      ? { token_endpoint_auth_method: 'none' as const }
      : { token_endpoint_auth_method: 'client_secret_basic' as const, client_secret: secretHash }),
  };
};
