import type { Mvpd, SamlAuthentication } from '#src/fixtures';
import type { Origins } from '#src/party';

export const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion';

/** Adobe's EntityID in production, from its page "MVPD authentication". */
export const entityId = 'https://saml.sp.auth.adobe.com';

export const consumerPath = '/sp/saml/SAMLAssertionConsumer';
/** Where MVPDs send their LogoutResponses, and their own LogoutRequests. */
export const logoutPath = '/sp/saml/LogoutServiceHTTPRedirectResponse';
export const logoutRequestPath = '/sp/saml/LogoutServiceHTTPRedirect';

export const nameIdFormats = {
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
} as const;

export type SamlMvpd = Mvpd & { readonly authentication: SamlAuthentication };

export const isSaml = (mvpd: Mvpd): mvpd is SamlMvpd => mvpd.authentication?.protocol === 'saml';

/** The id of the party that runs the login and signs: the proxy of a proxied MVPD, else the MVPD. */
export const runnerOf = ({ id, authentication: { proxy } }: SamlMvpd): string => proxy?.id ?? id;

/** The EntityID and endpoints of an MVPD's metadata. */
export const endpointsOf = (mvpd: SamlMvpd, { mvpd: origin }: Pick<Origins, 'mvpd'>) => {
  const own = `${origin}/${encodeURIComponent(mvpd.id)}/saml`;
  const run = `${origin}/${encodeURIComponent(runnerOf(mvpd))}/saml`;
  return { entityId: own, signIn: `${run}/sso`, signOut: `${run}/slo`, signedOut: `${run}/slo/response` };
};

/** The ID of the message for an attempt. XML IDs must not begin with a digit or a dash. */
export const messageId = (request: string): string => `_${request}`;

/** The attempt of a message with that ID; null if Adobe cannot have sent it. */
export const requestOf = (id: string | undefined): string | null =>
  /^_([\w-]{43})$/.exec(id ?? '')?.[1] ?? null;
