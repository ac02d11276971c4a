import type { Mvpd, OAuthAuthentication } from '#src/fixtures';
import type { Origins } from '#src/party';

export type OAuthMvpd = Mvpd & { readonly authentication: OAuthAuthentication };

export const isOAuth = (mvpd: Mvpd): mvpd is OAuthMvpd => mvpd.authentication?.protocol === 'oauth2';

/** A redirect URI per MVPD, so that a code of one MVPD is never redeemed at another (mix-up attack). */
export const callbackPath = ({ id }: Mvpd): string =>
  `/adobe-services/oauth2/${encodeURIComponent(id)}/callback`;

export const logoutPath = '/adobe-services/oauth2/logout-return';

/** The endpoints that the MVPD registered with Adobe. */
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
