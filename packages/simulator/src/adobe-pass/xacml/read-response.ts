import type { KeyObject } from 'node:crypto';
import { type Assignment, namespaces, type Obligation, samlStatus } from '#src/xacml-names';
import { childrenNamed, InvalidXml, onlyChild, parseXml, type XmlElement } from '#src/xml/parse';
import { type SignatureAlgorithm, verifySigned } from '#src/xml/signature';

/** The MVPD's result for one resource. */
export interface Result {
  readonly decision: 'Permit' | 'Deny' | 'Indeterminate' | 'NotApplicable';
  readonly statusCode: string | null;
  readonly statusMessage: string | null;
  /** Those that apply to the decision. */
  readonly obligations: readonly Obligation[];
}

/** The MVPD's results for a query. */
export interface Answer {
  /** By resource-id: exactly those in the query. */
  readonly results: ReadonlyMap<string, Result>;
  /** Epoch milliseconds, from the assertion's Conditions; null if there are none. */
  readonly notOnOrAfter: number | null;
}

/** The response is invalid or does not match the query. */
export class InvalidResponse extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidResponse';
  }
}

/** The MVPD reports that the subscriber is unknown or that their session has ended. */
export class PrincipalRejected extends Error {
  readonly reason: 'unknown' | 'ended';

  constructor(reason: 'unknown' | 'ended', message: string) {
    super(message);
    this.name = 'PrincipalRejected';
    this.reason = reason;
  }
}

const { context, policy, assertion, protocol } = namespaces;
const decisions = ['Permit', 'Deny', 'Indeterminate', 'NotApplicable'] as const;

const assignmentOf = ({ attributes, text }: XmlElement): Assignment => ({
  id: attributes['AttributeId'] ?? '',
  dataType: attributes['DataType'] ?? '',
  value: text.trim(),
});

const obligationsOf = (result: XmlElement, decision: Result['decision']): Obligation[] =>
  childrenNamed(result, policy, 'Obligations')
    .flatMap((obligations) => childrenNamed(obligations, policy, 'Obligation'))
    .filter(({ attributes }) => attributes['FulfillOn'] === decision)
    .map((obligation) => ({
      id: obligation.attributes['ObligationId'] ?? '',
      assignments: childrenNamed(obligation, policy, 'AttributeAssignment').map(assignmentOf),
    }));

const resultOf = (element: XmlElement): Result => {
  const text = onlyChild(element, context, 'Decision')?.text.trim();
  const decision = decisions.find((name) => name === text);
  if (!decision) throw new InvalidResponse('a Result has no valid decision');
  const status = onlyChild(element, context, 'Status');
  return {
    decision,
    statusCode: (status && onlyChild(status, context, 'StatusCode')?.attributes['Value']) ?? null,
    statusMessage: (status && onlyChild(status, context, 'StatusMessage')?.text.trim()) || null,
    obligations: obligationsOf(element, decision),
  };
};

/** Reads an XACML 2.0 Response. A single Result need not name its resource. Error: InvalidResponse. */
const readResults = (response: XmlElement, asked: readonly string[]): ReadonlyMap<string, Result> => {
  if (response.name !== 'Response' || response.namespace !== context)
    throw new InvalidResponse('this is not an XACML 2.0 Response');
  const elements = childrenNamed(response, context, 'Result');
  const results = new Map<string, Result>();
  for (const element of elements) {
    const only = elements.length === 1 && asked.length === 1 ? asked[0] : undefined;
    const resource = element.attributes['ResourceId'] ?? only;
    if (resource === undefined || !asked.includes(resource))
      throw new InvalidResponse('a Result is for a resource that was not requested');
    if (results.has(resource)) throw new InvalidResponse('there are two Results for one resource');
    results.set(resource, resultOf(element));
  }
  if (results.size < asked.length) throw new InvalidResponse('a Result is missing');
  return results;
};

const withInvalidResponse = <T>(read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidXml) throw new InvalidResponse(error.message);
    throw error;
  }
};

/** Error: InvalidResponse. */
export const readBareResponse = (text: string, asked: readonly string[]): Answer =>
  withInvalidResponse(() => ({ results: readResults(parseXml(text), asked), notOnOrAfter: null }));

interface Expectations {
  readonly asked: readonly string[];
  readonly key: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  /** The MVPD's entity id, the same as for login. */
  readonly issuer: string;
  /** Adobe's entity id. */
  readonly audience: string;
  /** ID of the query. */
  readonly inResponseTo: string;
  readonly now: number;
}

/** Allowed clock skew, in milliseconds. */
const skew = 60_000;

const responseIn = (root: XmlElement): XmlElement | null => {
  if (root.name !== 'Envelope' || root.namespace !== namespaces.soap) return null;
  const body = onlyChild(root, namespaces.soap, 'Body');
  return body?.children.length === 1 ? onlyChild(body, protocol, 'Response') : null;
};

/** The SAML status takes precedence over any decision. */
const requireSuccess = (response: XmlElement): void => {
  const status = onlyChild(response, protocol, 'Status');
  const code = status && onlyChild(status, protocol, 'StatusCode');
  if (code?.attributes['Value'] === samlStatus.success) return;
  const detail = code && onlyChild(code, protocol, 'StatusCode')?.attributes['Value'];
  const message = (status && onlyChild(status, protocol, 'StatusMessage')?.text.trim()) ?? '';
  if (detail === samlStatus.unknownPrincipal) throw new PrincipalRejected('unknown', message);
  if (detail === samlStatus.authnFailed) throw new PrincipalRejected('ended', message);
  throw new InvalidResponse('the MVPD reports a failure');
};

const issuerOf = (element: XmlElement): string | undefined =>
  onlyChild(element, assertion, 'Issuer')?.text.trim();

/** The end of the assertion's validity; null for none. Error: InvalidResponse. */
const endOf = (conditions: XmlElement | null, { now, audience }: Expectations): number | null => {
  if (!conditions) return null;
  const { NotBefore, NotOnOrAfter } = conditions.attributes;
  if (NotBefore !== undefined && !(Date.parse(NotBefore) <= now + skew))
    throw new InvalidResponse('the response is not valid yet');
  const end = NotOnOrAfter === undefined ? null : Date.parse(NotOnOrAfter);
  if (end !== null && !(end > now)) throw new InvalidResponse('the response has expired');
  const restriction = onlyChild(conditions, assertion, 'AudienceRestriction');
  const audiences = restriction ? childrenNamed(restriction, assertion, 'Audience') : [];
  if (audiences.length > 0 && !audiences.some(({ text }) => text.trim() === audience))
    throw new InvalidResponse('Audience does not match');
  return end;
};

/** Reads a signed Response in SOAP 1.1. Errors: InvalidResponse, PrincipalRejected. */
export const readSoapResponse = (text: string, expected: Expectations): Answer =>
  withInvalidResponse(() => {
    const { key, algorithm, issuer, asked } = expected;
    const response = verifySigned(text, { signed: responseIn, key, algorithms: [algorithm] });
    const { InResponseTo } = response.attributes;
    if (InResponseTo !== undefined && InResponseTo !== expected.inResponseTo)
      throw new InvalidResponse('the response is for another query');
    if (issuerOf(response) !== issuer) throw new InvalidResponse('Issuer does not match');
    requireSuccess(response);
    const asserted = onlyChild(response, assertion, 'Assertion');
    if (!asserted || issuerOf(asserted) !== issuer)
      throw new InvalidResponse('there must be one assertion of the same issuer');
    const statement = onlyChild(asserted, namespaces.statement, 'XACMLAuthzDecisionStatement');
    const decided = statement && onlyChild(statement, context, 'Response');
    if (!decided) throw new InvalidResponse('there must be one decision statement');
    return {
      notOnOrAfter: endOf(onlyChild(asserted, assertion, 'Conditions'), expected),
      results: readResults(decided, asked),
    };
  });
