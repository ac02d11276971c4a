import { documentOf, element, type Xml } from '#src/xml/write';
import { assertion, entityId, messageId, nameIdFormats, protocol, type SamlMvpd } from './names.ts';

interface Attempt {
  readonly mvpd: SamlMvpd;
  readonly serviceProvider: string;
  readonly request: string;
  readonly passive: boolean;
}

interface Addresses {
  readonly destination: string;
  readonly consumer: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Scoping: the brand that requests, and behind a proxy the MVPD. */
const scopingOf = (
  { authentication }: SamlMvpd,
  displayName: string,
  serviceProvider: string,
): Xml | null => {
  const { proxy, scoping } = authentication;
  const list = proxy
    ? element(
        'samlp:IDPList',
        {},
        element('samlp:IDPEntry', { Name: displayName, ProviderID: proxy.providerId }),
      )
    : null;
  const requester = scoping === 'requesterId' ? element('samlp:RequesterID', {}, serviceProvider) : null;
  return list || requester ? element('samlp:Scoping', {}, list, requester) : null;
};

/** The third party that receives the response (page "Passive authentication"). */
const respondTo = element(
  'samlp:Extensions',
  {},
  element(
    'thrpty:RespondTo',
    { 'xmlns:thrpty': 'urn:oasis:names:tc:SAML:protocol:ext:third-party' },
    entityId,
  ),
);

/** An AuthnRequest like those on Adobe's pages "MVPD authentication" and "Service provider scoping", not signed yet. */
export const authnRequestXml = (
  { mvpd, serviceProvider, request, passive }: Attempt,
  { destination, consumer, now }: Addresses,
): string => {
  const { scoping, nameId } = mvpd.authentication;
  const issuer = scoping === 'issuer' ? `${entityId}/on-behalf-of/${serviceProvider}` : entityId;
  return documentOf(
    element(
      'samlp:AuthnRequest',
      {
        'xmlns:samlp': protocol,
        AssertionConsumerServiceURL: consumer,
        Destination: destination,
        ForceAuthn: 'false',
        ID: messageId(request),
        IsPassive: String(passive),
        IssueInstant: new Date(now).toISOString(),
        ProtocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
        Version: '2.0',
      },
      element('saml:Issuer', { 'xmlns:saml': assertion }, issuer),
      passive ? respondTo : null,
      element('samlp:NameIDPolicy', {
        AllowCreate: 'true',
        Format: nameIdFormats[passive ? 'transient' : nameId],
        SPNameQualifier: entityId,
      }),
      scopingOf(mvpd, mvpd.displayName, serviceProvider),
    ),
  );
};
