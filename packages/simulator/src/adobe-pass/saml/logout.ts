import type { KeyObject } from 'node:crypto';
import { InvalidXml, onlyChild, parseXml } from '#src/xml/parse';
import { documentOf, element } from '#src/xml/write';
import { assertion, entityId, messageId, protocol, requestOf, type SamlMvpd } from './names.ts';
import { readRedirected } from './redirect.ts';
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

interface Deps {
  readonly candidates: readonly SamlMvpd[];
  /** Where LogoutResponses are sent. */
  readonly destination: string;
  keyOf(mvpd: SamlMvpd): Promise<KeyObject>;
  entityIdOf(mvpd: SamlMvpd): string;
}

/** Tries each MVPD's key: the issuer is inside the compressed message, which the signature covers. */
const readSigned = async (octets: string, { candidates, keyOf, entityIdOf }: Deps) => {
  for (const mvpd of candidates) {
    const agreed = { key: await keyOf(mvpd), algorithm: mvpd.authentication.signature };
    const text = await Promise.resolve()
      .then(() => readRedirected(octets, agreed))
      .catch(() => null);
    const root = text === null ? null : parseXml(text);
    if (root && onlyChild(root, assertion, 'Issuer')?.text.trim() === entityIdOf(mvpd)) return root;
  }
  throw new InvalidXml('no known MVPD has signed this');
};

/**
 * Returns the attempt to which a LogoutResponse belongs. Its status is ignored: Adobe's profile is gone already, and
 * the viewer must return to the app. Error: InvalidXml.
 */
export const readLogoutResponse = async (octets: string, deps: Deps): Promise<string> => {
  const root = await readSigned(octets, deps);
  if (root.namespace !== protocol || root.name !== 'LogoutResponse')
    throw new InvalidXml('this is not a LogoutResponse');
  if (root.attributes['Destination'] !== deps.destination) throw new InvalidXml('Destination does not match');
  const request = requestOf(root.attributes['InResponseTo']);
  const relayState = new URLSearchParams(octets).get('RelayState');
  if (request === null || request !== relayState) throw new InvalidXml('the response is unsolicited');
  return request;
};
