import type { Mvpd, OAuthAuthentication } from '#src/fixtures';
import type { Origins } from '#src/party';

export type OAuthMvpd = Mvpd & { readonly authentication: OAuthAuthentication };

export const isOAuth = (mvpd: Mvpd): mvpd is OAuthMvpd => mvpd.authentication?.protocol === 'oauth2';

/** The redirect URI registered for Adobe, matched exactly; each MVPD has its own. */
export const redirectUriOf = ({ id }: Pick<Mvpd, 'id'>, { adobe }: Pick<Origins, 'adobe'>): string =>
  `${adobe}/adobe-services/oauth2/${encodeURIComponent(id)}/callback`;

export const logoutReturnOf = ({ adobe }: Pick<Origins, 'adobe'>): string =>
  `${adobe}/adobe-services/oauth2/logout-return`;

/** `iss` of an MVPD's ID tokens, and the base of its endpoints. */
export const issuerOf = ({ id }: Pick<Mvpd, 'id'>, { mvpd }: Pick<Origins, 'mvpd'>): string =>
  `${mvpd}/${encodeURIComponent(id)}/oauth2`;
