import type { KeyObject } from 'node:crypto';
import { namespaces } from '#src/xacml-names';
import { onlyChild, parseXml, type XmlElement, XmlRefused } from '#src/xml/parse';
import { type SignatureAlgorithm, verifySigned } from '#src/xml/signature';

/** A query that reached this MVPD, from Adobe, in time, and for the first time. */
export interface Query {
  readonly id: string;
  readonly issuer: string;
  /** The Request inside. */
  readonly request: XmlElement;
}

/** The message is none that SOAP 1.1 or the agreement know; answered with a fault. */
export class QueryRefused extends Error {
  readonly fault: 'VersionMismatch' | 'Client';

  constructor(fault: 'VersionMismatch' | 'Client', message: string) {
    super(message);
    this.name = 'QueryRefused';
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
  /** Whether the ID comes for the first time; remembers it. */
  readonly isNew: (id: string) => boolean;
}

/** How far the clocks may stand apart, and how old a query may be. */
export const freshness = 5 * 60_000;

const bodyOf = (root: XmlElement): XmlElement | null =>
  root.name === 'Envelope' && root.namespace === namespaces.soap
    ? onlyChild(root, namespaces.soap, 'Body')
    : null;

const queryIn = (root: XmlElement): XmlElement | null => {
  const body = bodyOf(root);
  return body?.children.length === 1 ? onlyChild(body, namespaces.query, 'XACMLAuthzDecisionQuery') : null;
};

const refused = (message: string) => new QueryRefused('Client', message);

const isTrusted = (issuer: string, { issuer: adobe, brands }: Expectations): boolean =>
  issuer === adobe || brands.some((brand) => issuer === `${adobe}/on-behalf-of/${brand}`);

const check = (query: XmlElement, expected: Expectations): Query => {
  const { ID: id = '', Version, IssueInstant = '', Destination } = query.attributes;
  if (Version !== '2.0') throw refused('the query is not of SAML 2.0');
  if (Destination !== undefined && Destination !== expected.destination)
    throw refused('the query is meant for somebody else');
  const issuer = onlyChild(query, namespaces.assertion, 'Issuer')?.text.trim() ?? '';
  if (!isTrusted(issuer, expected)) throw refused('the issuer is not trusted');
  const age = expected.now - Date.parse(IssueInstant);
  if (!(Math.abs(age) <= freshness)) throw refused('the query is too old, or from the future');
  const request = onlyChild(query, namespaces.context, 'Request');
  if (!request) throw refused('there must be one Request');
  // Last: what is refused for another reason may be put right and sent again.
  if (!expected.isNew(id)) throw refused('the query came before');
  return { id, issuer, request };
};

/** Reads a SOAP 1.1 envelope around a signed XACMLAuthzDecisionQuery. Throws QueryRefused. */
export const readQuery = (text: string, expected: Expectations): Query => {
  const { key, algorithm } = expected;
  try {
    const root = parseXml(text);
    if (root.name === 'Envelope' && root.namespace !== namespaces.soap)
      throw new QueryRefused('VersionMismatch', 'the envelope is not of SOAP 1.1');
    return check(verifySigned(text, { signed: queryIn, key, algorithms: [algorithm] }), expected);
  } catch (error) {
    if (error instanceof XmlRefused) throw refused(error.message);
    throw error;
  }
};
