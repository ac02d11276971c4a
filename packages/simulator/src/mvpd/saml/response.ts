import type { Subscription } from '#src/fixtures';
import type { Session } from '../sessions.ts';
import { type Xml, xml } from './xml.ts';

/** Milliseconds: Adobe's samples give five minutes for delivery and 30 seconds for clocks that differ. */
const delivery = 5 * 60_000;
const skew = 30_000;
const validity = 8 * 3_600_000;

const status = 'urn:oasis:names:tc:SAML:2.0:status:';
const nameIdFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:';

/** What a response answers. */
export interface Answering {
  readonly id: string;
  readonly requestId: string;
  /** EntityID of the MVPD; of the proxied one where a proxy speaks. */
  readonly issuer: string;
  readonly destination: string;
  readonly now: number;
}

const instant = (at: number): string => new Date(at).toISOString();

/** `content` goes in as it is: an assertion is signed already. */
export const responseXml = (
  { id, requestId, issuer, destination, now }: Answering,
  { codes, content }: { codes: readonly string[]; content: string },
): string => {
  const nested = codes.reduceRight<Xml>(
    (inner, code) => xml`<samlp:StatusCode Value="${status + code}">${inner}</samlp:StatusCode>`,
    xml``,
  );
  return xml`<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${id}" InResponseTo="${requestId}" IssueInstant="${instant(now)}" Destination="${destination}" Version="2.0"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer><samlp:Status>${nested}</samlp:Status>${{ text: content }}</samlp:Response>`
    .text;
};

/** Wire names of Adobe's pages "MVPD authentication" and "MVPD user metadata exchange". */
const attributesOf = ({
  subscriber,
  session: { atHome },
  tellsLineup,
}: AssertionContent): Record<string, readonly string[]> => ({
  guid: [subscriber.userId],
  householdID: [subscriber.householdId],
  zip: subscriber.zip,
  MaxTVRating: [subscriber.maxTvRating],
  MaxMovieRating: [subscriber.maxMovieRating],
  hba_status: [String(atHome)],
  ...(tellsLineup && { channelID: subscriber.resources }),
});

const attributeXml = ([name, values]: [string, readonly string[]]): Xml =>
  xml`<saml:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">${values.map(
    (value) => xml`<saml:AttributeValue xsi:type="xs:string">${value}</saml:AttributeValue>`,
  )}</saml:Attribute>`;

export interface AssertionContent extends Answering {
  readonly audience: string;
  readonly nameId: 'persistent' | 'transient';
  readonly subscriber: Subscription;
  readonly session: Session;
  /** Whether the issuer qualifies the name, as that of a proxied MVPD does. */
  readonly qualified: boolean;
  /** Whether the channels of the package come along, so that nobody needs to ask for them one by one. */
  readonly tellsLineup: boolean;
}

/** An assertion, yet unsigned. */
export const assertionXml = (content: AssertionContent): string => {
  const { id, requestId, issuer, destination, now, audience, nameId, subscriber, session, qualified } =
    content;
  const name = nameId === 'persistent' ? subscriber.userId : session.transientId;
  const qualifier = qualified ? xml` NameQualifier="${issuer}"` : xml``;
  return xml`<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="${id}" IssueInstant="${instant(now)}" Version="2.0">
<saml:Issuer>${issuer}</saml:Issuer>
<saml:Subject>
<saml:NameID Format="${nameIdFormat + nameId}"${qualifier} SPNameQualifier="${audience}">${name}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData InResponseTo="${requestId}" NotOnOrAfter="${instant(now + delivery)}" Recipient="${destination}"/>
</saml:SubjectConfirmation>
</saml:Subject>
<saml:Conditions NotBefore="${instant(now - skew)}" NotOnOrAfter="${instant(now + validity)}">
<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction>
</saml:Conditions>
<saml:AuthnStatement AuthnInstant="${instant(session.startedAt)}" SessionIndex="${session.index}">
<saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext>
</saml:AuthnStatement>
<saml:AttributeStatement>${Object.entries(attributesOf(content)).map(attributeXml)}</saml:AttributeStatement>
</saml:Assertion>`.text;
};

/** SAML core, 3.7.2. */
export const logoutResponseXml = (
  { id, requestId, issuer, destination, now }: Answering,
  code: string,
): string =>
  xml`<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="${destination}" ID="${id}" InResponseTo="${requestId}" IssueInstant="${instant(now)}" Version="2.0"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="${status + code}"/></samlp:Status></samlp:LogoutResponse>`
    .text;
