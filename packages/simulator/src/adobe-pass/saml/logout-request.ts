import type { Json } from '#src/lib/json';
import { childrenNamed, InvalidXml, onlyChild } from '#src/xml/parse';
import { documentOf, element } from '#src/xml/write';
import { assertion, entityId, protocol, type SamlMvpd } from './names.ts';
import { readSigned, type SignedDeps } from './read-signed.ts';
import { samlSession } from './session.ts';

/** Milliseconds: the allowed clock skew, and the maximum age of a request. */
const tolerance = 5 * 60_000;

/** An MVPD's LogoutRequest (SAML core, 3.7.1): its subscriber has signed out there. */
export interface MvpdLogoutRequest {
  readonly id: string;
  readonly mvpd: SamlMvpd;
  /** Whether a login, as Adobe stored it, belongs to a session that has ended. */
  isOf(session: Json): boolean;
}

/** Error: InvalidXml, for a request of or for another party, or not issued recently. */
export const readLogoutRequest = async (
  octets: string,
  deps: SignedDeps & { readonly now: number },
): Promise<MvpdLogoutRequest> => {
  const { mvpd, root } = await readSigned(octets, 'SAMLRequest', deps);
  const { ID: id = '', Destination, IssueInstant = '', Version } = root.attributes;
  if (root.namespace !== protocol || root.name !== 'LogoutRequest' || Version !== '2.0' || id === '')
    throw new InvalidXml('this is not a LogoutRequest');
  if (Destination !== deps.destination) throw new InvalidXml('Destination does not match');
  if (!(Math.abs(Date.parse(IssueInstant) - deps.now) <= tolerance))
    throw new InvalidXml('the request was not issued recently');
  const name = onlyChild(root, assertion, 'NameID')?.text.trim();
  if (!name) throw new InvalidXml('the request names no subscriber');
  // Without an index, all sessions of the subscriber have ended.
  const indexes = childrenNamed(root, protocol, 'SessionIndex').map(({ text }) => text.trim());
  const issuer = deps.entityIdOf(mvpd);
  return {
    id,
    mvpd,
    isOf: (stored) => {
      const { data: session } = samlSession.safeParse(stored);
      return (
        session?.issuer === issuer &&
        session.nameId.value === name &&
        (indexes.length === 0 || indexes.includes(session.sessionIndex))
      );
    },
  };
};

/** SAML core, 3.7.2: Adobe has no session of that subscriber any more. */
export const logoutResponseXml = ({
  id,
  inResponseTo,
  destination,
  now,
}: {
  id: string;
  inResponseTo: string;
  destination: string;
  now: number;
}): string =>
  documentOf(
    element(
      'samlp:LogoutResponse',
      {
        'xmlns:samlp': protocol,
        'xmlns:saml': assertion,
        Destination: destination,
        ID: id,
        InResponseTo: inResponseTo,
        IssueInstant: new Date(now).toISOString(),
        Version: '2.0',
      },
      element('saml:Issuer', {}, entityId),
      element(
        'samlp:Status',
        {},
        element('samlp:StatusCode', { Value: 'urn:oasis:names:tc:SAML:2.0:status:Success' }),
      ),
    ),
  );
