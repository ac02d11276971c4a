import type { KeyObject } from 'node:crypto';
import { namespaces } from '#src/xacml-names';
import { InvalidXml, onlyChild, parseXml, type XmlElement } from '#src/xml/parse';
import { type SignatureAlgorithm, verifySigned } from '#src/xml/signature';

/** A verified query: from Adobe, for this MVPD, fresh and not replayed. */
export interface Query {
  readonly id: string;
  readonly issuer: string;
  /** The Request inside. */
  readonly request: XmlElement;
}

/** The message does not conform to SOAP 1.1 or to what was agreed; the response is a SOAP fault. */
export class InvalidQuery extends Error {
  readonly fault: 'VersionMismatch' | 'Client';

  constructor(fault: 'VersionMismatch' | 'Client', message: string) {
    super(message);
    this.name = 'InvalidQuery';
    this.fault = fault;
  }
}

interface Expectations {
  readonly key: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  readonly destination: string;
  /** Adobe's entity id; queries may add `/on-behalf-of/<brand>`. */
  readonly issuer: string;
  readonly brands: readonly string[];
  readonly now: number;
  /** Whether the ID is new; remembers it. */
  readonly isNew: (id: string) => boolean;
}

/** Milliseconds: the allowed clock skew, and the maximum age of a query. */
export const freshness = 5 * 60_000;

const bodyOf = (root: XmlElement): XmlElement | null =>
  root.name === 'Envelope' && root.namespace === namespaces.soap
    ? onlyChild(root, namespaces.soap, 'Body')
    : null;

const queryIn = (root: XmlElement): XmlElement | null => {
  const body = bodyOf(root);
  return body?.children.length === 1 ? onlyChild(body, namespaces.query, 'XACMLAuthzDecisionQuery') : null;
};

const invalid = (message: string) => new InvalidQuery('Client', message);

const isTrusted = (issuer: string, { issuer: adobe, brands }: Expectations): boolean =>
  issuer === adobe || brands.some((brand) => issuer === `${adobe}/on-behalf-of/${brand}`);

const check = (query: XmlElement, expected: Expectations): Query => {
  const { ID: id = '', Version, IssueInstant = '', Destination } = query.attributes;
  if (Version !== '2.0') throw invalid('the query is not of SAML 2.0');
  if (Destination !== undefined && Destination !== expected.destination)
    throw invalid('the query is for another recipient');
  const issuer = onlyChild(query, namespaces.assertion, 'Issuer')?.text.trim() ?? '';
  if (!isTrusted(issuer, expected)) throw invalid('the issuer is not trusted');
  const age = expected.now - Date.parse(IssueInstant);
  if (!(Math.abs(age) <= freshness)) throw invalid('the query is too old, or from the future');
  const request = onlyChild(query, namespaces.context, 'Request');
  if (!request) throw invalid('there must be one Request');
  // Checked last: a query that is rejected for another reason may be corrected and sent again.
  if (!expected.isNew(id)) throw invalid('the query is a replay');
  return { id, issuer, request };
};

/** Reads a SOAP 1.1 envelope around a signed XACMLAuthzDecisionQuery. Throws InvalidQuery. */
export const readQuery = (text: string, expected: Expectations): Query => {
  const { key, algorithm } = expected;
  try {
    const root = parseXml(text);
    if (root.name === 'Envelope' && root.namespace !== namespaces.soap)
      throw new InvalidQuery('VersionMismatch', 'the envelope is not of SOAP 1.1');
    return check(verifySigned(text, { signed: queryIn, key, algorithms: [algorithm] }), expected);
  } catch (error) {
    if (error instanceof InvalidXml) throw invalid(error.message);
    throw error;
  }
};
