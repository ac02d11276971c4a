import type { Subscription } from '#src/fixtures';
import { type Content, element, type Xml } from '#src/xml/write';
import type { Session } from '../sessions.ts';

/** Milliseconds. Adobe's samples allow five minutes for delivery and 30 seconds of clock skew. */
const delivery = 5 * 60_000;
const skew = 30_000;
const validity = 8 * 3_600_000;

const assertionNamespace = 'urn:oasis:names:tc:SAML:2.0:assertion';
const protocolNamespace = 'urn:oasis:names:tc:SAML:2.0:protocol';
const status = 'urn:oasis:names:tc:SAML:2.0:status:';
const nameIdFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:';

/** The request that a message responds to, and the message's own attributes. */
export interface Answering {
  readonly id: string;
  readonly requestId: string;
  /** EntityID of the MVPD; of the proxied one if a proxy responds. */
  readonly issuer: string;
  readonly destination: string;
  readonly now: number;
}

const instant = (at: number): string => new Date(at).toISOString();

/** Child elements on lines of their own, as in Adobe's samples. */
const lines = (...children: readonly Xml[]): Content => ['\n', children.map((child) => [child, '\n'])];

const issuerXml = (issuer: string): Xml =>
  element('saml:Issuer', { 'xmlns:saml': assertionNamespace }, issuer);

/** `codes`, outermost first, without their common prefix. */
export const responseXml = (
  { id, requestId, issuer, destination, now }: Answering,
  { codes, content }: { codes: readonly string[]; content: Xml | null },
): string => {
  const statusCode = codes.reduceRight<Xml | null>(
    (inner, code) => element('samlp:StatusCode', { Value: status + code }, inner),
    null,
  );
  return element(
    'samlp:Response',
    {
      'xmlns:samlp': protocolNamespace,
      ID: id,
      InResponseTo: requestId,
      IssueInstant: instant(now),
      Destination: destination,
      Version: '2.0',
    },
    issuerXml(issuer),
    element('samlp:Status', {}, statusCode),
    content,
  ).xml;
};

export interface AssertionContent extends Answering {
  readonly audience: string;
  readonly nameId: 'persistent' | 'transient';
  readonly subscriber: Subscription;
  readonly session: Session;
  /** Whether the NameID is qualified by the issuer, as for a proxied MVPD. */
  readonly qualified: boolean;
  /** Whether the channels of the package are included, so that no preflight query is needed. */
  readonly includesLineup: boolean;
}

/** Wire names of Adobe's pages "MVPD authentication" and "MVPD user metadata exchange". */
const attributesOf = ({
  subscriber,
  session: { atHome },
  includesLineup,
}: AssertionContent): Record<string, readonly string[]> => ({
  guid: [subscriber.userId],
  householdID: [subscriber.householdId],
  zip: subscriber.zip,
  MaxTVRating: [subscriber.maxTvRating],
  MaxMovieRating: [subscriber.maxMovieRating],
  hba_status: [String(atHome)],
  ...(includesLineup && { channelID: subscriber.resources }),
});

const attributeXml = ([name, values]: [string, readonly string[]]): Xml =>
  element(
    'saml:Attribute',
    { Name: name, NameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic' },
    values.map((value) => element('saml:AttributeValue', { 'xsi:type': 'xs:string' }, value)),
  );

const subjectXml = (content: AssertionContent): Xml => {
  const { requestId, issuer, destination, now, audience, nameId, subscriber, session, qualified } = content;
  const nameIdAttributes = {
    Format: nameIdFormat + nameId,
    NameQualifier: qualified ? issuer : null,
    SPNameQualifier: audience,
  };
  const confirmation = {
    InResponseTo: requestId,
    NotOnOrAfter: instant(now + delivery),
    Recipient: destination,
  };
  return element(
    'saml:Subject',
    {},
    lines(
      element(
        'saml:NameID',
        nameIdAttributes,
        nameId === 'persistent' ? subscriber.userId : session.transientId,
      ),
      element(
        'saml:SubjectConfirmation',
        { Method: 'urn:oasis:names:tc:SAML:2.0:cm:bearer' },
        lines(element('saml:SubjectConfirmationData', confirmation)),
      ),
    ),
  );
};

const conditionsXml = ({ now, audience }: AssertionContent): Xml =>
  element(
    'saml:Conditions',
    { NotBefore: instant(now - skew), NotOnOrAfter: instant(now + validity) },
    lines(element('saml:AudienceRestriction', {}, element('saml:Audience', {}, audience))),
  );

const statementXml = ({ session }: AssertionContent): Xml =>
  element(
    'saml:AuthnStatement',
    { AuthnInstant: instant(session.startedAt), SessionIndex: session.index },
    lines(
      element(
        'saml:AuthnContext',
        {},
        element(
          'saml:AuthnContextClassRef',
          {},
          'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
        ),
      ),
    ),
  );

/** An assertion, not signed yet. */
export const assertionXml = (content: AssertionContent): string =>
  element(
    'saml:Assertion',
    {
      'xmlns:saml': assertionNamespace,
      'xmlns:xs': 'http://www.w3.org/2001/XMLSchema',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      ID: content.id,
      IssueInstant: instant(content.now),
      Version: '2.0',
    },
    lines(
      element('saml:Issuer', {}, content.issuer),
      subjectXml(content),
      conditionsXml(content),
      statementXml(content),
      element('saml:AttributeStatement', {}, Object.entries(attributesOf(content)).map(attributeXml)),
    ),
  ).xml;

/** SAML core, 3.7.2. */
export const logoutResponseXml = (
  { id, requestId, issuer, destination, now }: Answering,
  code: string,
): string =>
  element(
    'samlp:LogoutResponse',
    {
      'xmlns:samlp': protocolNamespace,
      Destination: destination,
      ID: id,
      InResponseTo: requestId,
      IssueInstant: instant(now),
      Version: '2.0',
    },
    issuerXml(issuer),
    element('samlp:Status', {}, element('samlp:StatusCode', { Value: status + code })),
  ).xml;
