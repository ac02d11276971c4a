import type { Mvpd, OAuthAuthentication } from '#src/fixtures';
import type { Origins } from '#src/party';

export type OAuthMvpd = Mvpd & { readonly authentication: OAuthAuthentication };

export const isOAuth = (mvpd: Mvpd): mvpd is OAuthMvpd => mvpd.authentication?.protocol === 'oauth2';

/** Each MVPD has a place of its own to send browsers back to: what one issues is never redeemed at another. */
export const callbackPath = ({ id }: Mvpd): string =>
  `/adobe-services/oauth2/${encodeURIComponent(id)}/callback`;

export const logoutPath = '/adobe-services/oauth2/logout-return';

/** What the MVPD supplied when the two came to terms. */
export const endpointsOf = ({ id }: Pick<Mvpd, 'id'>, { mvpd }: Pick<Origins, 'mvpd'>) => {
  const issuer = `${mvpd}/${encodeURIComponent(id)}/oauth2`;
  return {
    issuer,
    authorize: `${issuer}/authorize`,
    token: `${issuer}/token`,
    profile: `${issuer}/profile`,
    logout: `${issuer}/logout`,
  };
};
