import { childrenNamed, InvalidXml, onlyChild, type XmlElement } from '#src/xml/parse';
import { assertion, entityId } from './names.ts';
import type { SamlSession } from './session.ts';

/** Allowed clock skew, in milliseconds. */
const skew = 60_000;

export interface AssertionFacts {
  readonly session: SamlSession;
  /** By wire name, in document order. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** Epoch milliseconds after which the assertion is no longer accepted. */
  readonly deliverBefore: number;
}

interface Expected {
  readonly issuer: string;
  /** Whether the NameID must be qualified by the issuer, as for a proxied MVPD. */
  readonly qualified: boolean;
  readonly inResponseTo: string;
  readonly recipient: string;
  readonly now: number;
}

const ensure = (condition: boolean, message: string): void => {
  if (!condition) throw new InvalidXml(message);
};

/** Trimmed, because the samples have line breaks around names. */
const textOf = (element: XmlElement): string => element.text.trim();

const one = (parent: XmlElement, name: string): XmlElement => {
  const child = onlyChild(parent, assertion, name);
  if (!child) throw new InvalidXml(`the assertion must have one ${name}`);
  return child;
};

/** Epoch milliseconds; NaN for a missing or malformed time, which fails every comparison. */
const timeOf = (element: XmlElement, name: string): number => {
  const value = element.attributes[name] ?? '';
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value) ? Date.parse(value) : Number.NaN;
};

/** SAML profiles, 4.1.4.3: one bearer confirmation, for this consumer and this request, not expired. */
const checkConfirmation = (subject: XmlElement, { recipient, inResponseTo, now }: Expected): number => {
  const confirmation = one(subject, 'SubjectConfirmation');
  const data = one(confirmation, 'SubjectConfirmationData');
  const until = timeOf(data, 'NotOnOrAfter');
  ensure(
    confirmation.attributes['Method'] === 'urn:oasis:names:tc:SAML:2.0:cm:bearer',
    'the confirmation method is not bearer',
  );
  ensure(data.attributes['Recipient'] === recipient, 'Recipient does not match');
  ensure(data.attributes['InResponseTo'] === inResponseTo, 'the assertion is for another request');
  ensure(data.attributes['NotBefore'] === undefined, 'a bearer confirmation must not have NotBefore');
  ensure(now < until + skew, 'the assertion was delivered too late');
  return until + skew;
};

const checkConditions = (root: XmlElement, { now }: Expected): void => {
  const conditions = one(root, 'Conditions');
  const { NotBefore, NotOnOrAfter } = conditions.attributes;
  ensure(
    NotBefore === undefined || now + skew >= timeOf(conditions, 'NotBefore'),
    'the assertion is not valid yet',
  );
  ensure(
    NotOnOrAfter !== undefined && now < timeOf(conditions, 'NotOnOrAfter') + skew,
    'the assertion has expired',
  );
  const restrictions = childrenNamed(conditions, assertion, 'AudienceRestriction');
  const isForAdobe = restrictions.every((restriction) =>
    childrenNamed(restriction, assertion, 'Audience').some((audience) => textOf(audience) === entityId),
  );
  ensure(restrictions.length > 0 && isForAdobe, 'Audience does not match');
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
 * Checks that an assertion belongs to this login and returns its contents. `root` must be the element that the
 * signature covers. Error: InvalidXml.
 */
export const readAssertion = (root: XmlElement, expected: Expected): AssertionFacts => {
  ensure(root.attributes['Version'] === '2.0', 'the assertion is not SAML 2.0');
  ensure(textOf(one(root, 'Issuer')) === expected.issuer, 'Issuer does not match');
  ensure(timeOf(root, 'IssueInstant') <= expected.now + skew, 'the assertion was issued in the future');
  const subject = one(root, 'Subject');
  const deliverBefore = checkConfirmation(subject, expected);
  checkConditions(root, expected);

  const nameId = one(subject, 'NameID');
  const { Format = '', NameQualifier = null, SPNameQualifier = null } = nameId.attributes;
  const value = textOf(nameId);
  ensure(value !== '', 'NameID is empty');
  ensure(SPNameQualifier === null || SPNameQualifier === entityId, 'SPNameQualifier does not match');
  ensure(
    NameQualifier === expected.issuer || (NameQualifier === null && !expected.qualified),
    'NameQualifier is not the issuer',
  );
  const sessionIndex = one(root, 'AuthnStatement').attributes['SessionIndex'] ?? '';
  ensure(sessionIndex !== '', 'SessionIndex is missing');
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
