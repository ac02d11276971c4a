/**
 * The redirect URI to register at an identity provider. One for each: the response of one is never redeemed at another
 * (RFC 9700 §4.4).
 */
export const callbackUri = (publicOrigin: string, provider: string): string =>
  `${publicOrigin}/callback/${provider}`;
