/** Where a provider ends the session of a browser, and what it is told. */
export interface LogoutRequest {
  /** `end_session_endpoint` of the provider's metadata. */
  readonly endpoint: string;
  readonly clientId: string;
  /** Where the browser comes back to; only an address that is registered at the provider. */
  readonly returnTo?: string | undefined;
  /** Comes back with the browser. */
  readonly state: string;
}

/**
 * A logout request (OpenID Connect RP-Initiated Logout 1.0 §2). Without an `id_token_hint`: ID Tokens are not kept after the sign-in,
 * so `client_id` says who asks, and the provider asks its viewer. Pure.
 */
export const logoutUrl = ({ endpoint, clientId, returnTo, state }: LogoutRequest): URL => {
  const url = new URL(endpoint);
  url.searchParams.set('client_id', clientId);
  if (returnTo !== undefined) {
    url.searchParams.set('post_logout_redirect_uri', returnTo);
    url.searchParams.set('state', state);
  }
  return url;
};
