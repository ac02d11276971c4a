import { InvalidXml } from '#src/xml/parse';
import { documentOf, element } from '#src/xml/write';
import { assertion, entityId, messageId, protocol, requestOf } from './names.ts';
import { readSigned, type SignedDeps } from './read-signed.ts';
import type { SamlSession } from './session.ts';

/** SAML core, 3.7.1, after Adobe's page "MVPD logout"; NameID and format are those of the login. */
export const logoutRequestXml = (
  { nameId, sessionIndex }: SamlSession,
  { request, destination, now }: { request: string; destination: string; now: number },
): string =>
  documentOf(
    element(
      'samlp:LogoutRequest',
      {
        'xmlns:samlp': protocol,
        'xmlns:saml': assertion,
        Destination: destination,
        ID: messageId(request),
        IssueInstant: new Date(now).toISOString(),
        Reason: 'urn:oasis:names:tc:SAML:2.0:logout:user',
        Version: '2.0',
      },
      element('saml:Issuer', {}, entityId),
      element(
        'saml:NameID',
        {
          Format: nameId.format,
          NameQualifier: nameId.nameQualifier,
          SPNameQualifier: nameId.spNameQualifier,
        },
        nameId.value,
      ),
      element('samlp:SessionIndex', {}, sessionIndex),
    ),
  );

/**
 * Returns the attempt to which a LogoutResponse belongs. Its status is ignored: Adobe's profile is gone already, and
 * the viewer must return to the app. Error: InvalidXml.
 */
export const readLogoutResponse = async (octets: string, deps: SignedDeps): Promise<string> => {
  const { root } = await readSigned(octets, 'SAMLResponse', deps);
  if (root.namespace !== protocol || root.name !== 'LogoutResponse')
    throw new InvalidXml('this is not a LogoutResponse');
  if (root.attributes['Destination'] !== deps.destination) throw new InvalidXml('Destination does not match');
  const request = requestOf(root.attributes['InResponseTo']);
  const relayState = new URLSearchParams(octets).get('RelayState');
  if (request === null || request !== relayState) throw new InvalidXml('the response is unsolicited');
  return request;
};
