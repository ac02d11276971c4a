import { childrenNamed, InvalidXml, onlyChild, type XmlElement } from '#src/xml/parse';
import { assertion, entityId } from './names.ts';
import type { SamlSession } from './session.ts';

/** What the clocks of Adobe and an MVPD may differ by, in milliseconds. */
const skew = 60_000;

export interface AssertionFacts {
  readonly session: SamlSession;
  /** By wire name, in the order that they came in. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** Epoch milliseconds after which nobody may bring it any more. */
  readonly deliverBefore: number;
}

interface Expected {
  readonly issuer: string;
  /** Whether the issuer must qualify the NameID, as that of a proxied MVPD must. */
  readonly qualified: boolean;
  readonly inResponseTo: string;
  readonly recipient: string;
  readonly now: number;
}

const ensure = (holds: boolean, message: string): void => {
  if (!holds) throw new InvalidXml(message);
};

/** Samples have line breaks around names. */
const textOf = (element: XmlElement): string => element.text.trim();

const one = (parent: XmlElement, name: string): XmlElement => {
  const child = onlyChild(parent, assertion, name);
  if (!child) throw new InvalidXml(`the assertion must have one ${name}`);
  return child;
};

/** Epoch milliseconds; a time that is missing or unreadable is NaN, which no comparison lets pass. */
const timeOf = (element: XmlElement, name: string): number => {
  const value = element.attributes[name] ?? '';
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value) ? Date.parse(value) : Number.NaN;
};

/** SAML profiles, 4.1.4.3: one bearer confirmation, for this consumer, this request, and now. */
const checkConfirmation = (subject: XmlElement, { recipient, inResponseTo, now }: Expected): number => {
  const confirmation = one(subject, 'SubjectConfirmation');
  const data = one(confirmation, 'SubjectConfirmationData');
  const until = timeOf(data, 'NotOnOrAfter');
  ensure(
    confirmation.attributes['Method'] === 'urn:oasis:names:tc:SAML:2.0:cm:bearer',
    'the confirmation is not by bearer',
  );
  ensure(data.attributes['Recipient'] === recipient, 'Recipient is somebody else');
  ensure(data.attributes['InResponseTo'] === inResponseTo, 'the assertion answers another request');
  ensure(data.attributes['NotBefore'] === undefined, 'a bearer confirmation must not have NotBefore');
  ensure(now < until + skew, 'the assertion came too late');
  return until + skew;
};

const checkConditions = (root: XmlElement, { now }: Expected): void => {
  const conditions = one(root, 'Conditions');
  const { NotBefore, NotOnOrAfter } = conditions.attributes;
  ensure(
    NotBefore === undefined || now + skew >= timeOf(conditions, 'NotBefore'),
    'the assertion holds later',
  );
  ensure(
    NotOnOrAfter !== undefined && now < timeOf(conditions, 'NotOnOrAfter') + skew,
    'the assertion has expired',
  );
  const restrictions = childrenNamed(conditions, assertion, 'AudienceRestriction');
  const meant = restrictions.every((restriction) =>
    childrenNamed(restriction, assertion, 'Audience').some((audience) => textOf(audience) === entityId),
  );
  ensure(restrictions.length > 0 && meant, 'Audience is somebody else');
};

const attributesOf = (root: XmlElement): Map<string, string[]> =>
  new Map(
    childrenNamed(root, assertion, 'AttributeStatement')
      .flatMap((statement) => childrenNamed(statement, assertion, 'Attribute'))
      .map((attribute) => [
        attribute.attributes['Name'] ?? '',
        childrenNamed(attribute, assertion, 'AttributeValue').map(textOf),
      ]),
  );

/**
 * What an assertion says, if it says it of this login. `root` is what the signature covers, and nothing beside it.
 * Throws InvalidXml.
 */
export const readAssertion = (root: XmlElement, expected: Expected): AssertionFacts => {
  ensure(root.attributes['Version'] === '2.0', 'the assertion is not of SAML 2.0');
  ensure(textOf(one(root, 'Issuer')) === expected.issuer, 'Issuer is somebody else');
  ensure(timeOf(root, 'IssueInstant') <= expected.now + skew, 'the assertion is of the future');
  const subject = one(root, 'Subject');
  const deliverBefore = checkConfirmation(subject, expected);
  checkConditions(root, expected);

  const nameId = one(subject, 'NameID');
  const { Format = '', NameQualifier = null, SPNameQualifier = null } = nameId.attributes;
  const value = textOf(nameId);
  ensure(value !== '', 'NameID is empty');
  ensure(SPNameQualifier === null || SPNameQualifier === entityId, 'SPNameQualifier is somebody else');
  ensure(
    NameQualifier === expected.issuer || (NameQualifier === null && !expected.qualified),
    'NameQualifier is not the issuer',
  );
  const sessionIndex = one(root, 'AuthnStatement').attributes['SessionIndex'] ?? '';
  ensure(sessionIndex !== '', 'there is no SessionIndex');
  return {
    session: {
      protocol: 'saml',
      issuer: expected.issuer,
      assertion: root.attributes['ID'] ?? '',
      nameId: { value, format: Format, nameQualifier: NameQualifier, spNameQualifier: SPNameQualifier },
      sessionIndex,
    },
    attributes: attributesOf(root),
    deliverBefore,
  };
};
