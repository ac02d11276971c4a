import type { KeyObject } from 'node:crypto';
import type { Mvpd, SamlAuthentication } from '#src/fixtures';
import type { Origins } from '#src/party';

export type SamlMvpd = Mvpd & { readonly authentication: SamlAuthentication };

export const isSaml = (mvpd: Mvpd): mvpd is SamlMvpd => mvpd.authentication?.protocol === 'saml';

/** The metadata of Adobe as service provider that the MVPDs have registered. */
export interface ServiceProviderAgreement {
  /** Adobe's EntityID: Issuer of its requests, Audience and SPNameQualifier of assertions. */
  readonly entityId: string;
  /** Where assertions are sent, by HTTP-POST. */
  readonly assertionConsumer: string;
  /** Where LogoutResponses are sent, by HTTP-Redirect. */
  readonly logoutResponse: string;
  /** Adobe's Single Logout service: where LogoutRequests are sent, by HTTP-Redirect. */
  readonly logoutRequest: string;
  /** Of Adobe's only key, which signs requests and decrypts assertions. */
  publicKey(): Promise<KeyObject>;
}

export const agreementWith = (
  { adobe }: Pick<Origins, 'adobe'>,
  publicKey: () => Promise<KeyObject>,
): ServiceProviderAgreement => ({
  entityId: 'https://saml.sp.auth.adobe.com',
  assertionConsumer: `${adobe}/sp/saml/SAMLAssertionConsumer`,
  logoutResponse: `${adobe}/sp/saml/LogoutServiceHTTPRedirectResponse`,
  logoutRequest: `${adobe}/sp/saml/LogoutServiceHTTPRedirect`,
  publicKey,
});

/** The party that runs the login: the proxy of a proxied MVPD, else the MVPD itself. */
export const runnerOf = ({ id, authentication: { proxy } }: SamlMvpd): string => proxy?.id ?? id;

/** An MVPD's EntityID. A proxied MVPD has its own, although its proxy signs. */
export const entityIdOf = ({ id }: Pick<Mvpd, 'id'>, { mvpd }: Pick<Origins, 'mvpd'>): string =>
  `${mvpd}/${encodeURIComponent(id)}/saml`;

export const endpointOf = (
  runner: string,
  kind: 'sso' | 'slo' | 'slo/response',
  { mvpd }: Pick<Origins, 'mvpd'>,
): string => `${mvpd}/${encodeURIComponent(runner)}/saml/${kind}`;
