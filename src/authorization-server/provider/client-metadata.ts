import type { AdapterPayload } from 'oidc-provider';
import type { Client } from '../deps.ts';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

const isWeb = (uri: string): boolean => /^https?:/i.test(uri);
/** RFC 8252 §7.3: the app listens on a port that it learns when it starts. */
const isLoopback = (uri: string): boolean =>
  /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?(\/|\?|$)/i.test(uri);
const isRemoteHttp = (uri: string): boolean => /^http:/i.test(uri) && !isLoopback(uri);

/**
 * A `native` client may return to any port of its loopback redirect URIs. It may not have plain http elsewhere, as
 * development has; then its ports are exact.
 */
const applicationType = (uris: readonly string[]): 'web' | 'native' => {
  if (!uris.every(isWeb)) return 'native';
  return uris.some(isLoopback) && !uris.some(isRemoteHttp) ? 'native' : 'web';
};

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
