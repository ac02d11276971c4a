import type { Mvpd, SamlAuthentication } from '#src/fixtures';
import type { Origins } from '#src/party';

export const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion';

/** Adobe's EntityID in production, as its page "MVPD authentication" prints it. */
export const entityId = 'https://saml.sp.auth.adobe.com';

export const consumerPath = '/sp/saml/SAMLAssertionConsumer';
export const logoutPath = '/sp/saml/LogoutServiceHTTPRedirectResponse';

export const nameIdFormats = {
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  transient: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
} as const;

export type SamlMvpd = Mvpd & { readonly authentication: SamlAuthentication };

export const isSaml = (mvpd: Mvpd): mvpd is SamlMvpd => mvpd.authentication?.protocol === 'saml';

/** Who signs for the MVPD, and at whose address its login is. */
export const runnerOf = ({ id, authentication: { proxy } }: SamlMvpd): string => proxy?.id ?? id;

/** What an MVPD's metadata says. */
export const endpointsOf = (mvpd: SamlMvpd, { mvpd: origin }: Pick<Origins, 'mvpd'>) => {
  const own = `${origin}/${encodeURIComponent(mvpd.id)}/saml`;
  const run = `${origin}/${encodeURIComponent(runnerOf(mvpd))}/saml`;
  return { entityId: own, signIn: `${run}/sso`, signOut: `${run}/slo` };
};

/** The ID of the message that Adobe sends for an attempt. An ID must not begin with a digit or a dash. */
export const messageId = (request: string): string => `_${request}`;

/** The attempt that a message of that ID was sent for; null where Adobe sent none such. */
export const requestOf = (id: string | undefined): string | null =>
  /^_([\w-]{43})$/.exec(id ?? '')?.[1] ?? null;
