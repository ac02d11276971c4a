import { namespaces, type Obligation, samlStatus } from '#src/xacml-names';
import { documentOf, element, type Xml } from '#src/xml/write';
import type { Outcome } from './decide.ts';

const obligationsOf = (obligations: readonly Obligation[], decision: string): Xml | null =>
  obligations.length === 0
    ? null
    : element(
        'xacml:Obligations',
        { 'xmlns:xacml': namespaces.policy },
        obligations.map(({ id, assignments }) =>
          element(
            'xacml:Obligation',
            { ObligationId: id, FulfillOn: decision },
            assignments.map((assignment) =>
              element(
                'xacml:AttributeAssignment',
                { AttributeId: assignment.id, DataType: assignment.dataType },
                assignment.value,
              ),
            ),
          ),
        ),
      );

const resultOf = (
  { resource, decision, statusCode, statusMessage, obligations }: Outcome,
  { prefix, named }: { prefix: string; named: boolean },
): Xml =>
  element(
    `${prefix}Result`,
    { ResourceId: named ? resource : null },
    element(`${prefix}Decision`, {}, decision),
    element(
      `${prefix}Status`,
      {},
      element(`${prefix}StatusCode`, { Value: statusCode }),
      element(`${prefix}StatusMessage`, {}, statusMessage),
    ),
    obligationsOf(obligations, decision),
  );

/** The Response of Adobe's page "MVPD authorization". A single Result names its resource only if it differs. */
export const writeBareResponse = (outcomes: readonly Outcome[], asked: readonly string[] = []): string => {
  const isPlain = outcomes.length === 1 && asked.every((id) => id === outcomes[0]?.resource);
  return element(
    'Response',
    { xmlns: namespaces.context },
    outcomes.map((outcome) => resultOf(outcome, { prefix: '', named: !isPlain })),
  ).xml;
};

interface Envelope {
  readonly id: string;
  readonly inResponseTo: string | null;
  readonly issuer: string;
  /** ISO 8601. */
  readonly issueInstant: string;
}

interface Statement {
  readonly assertionId: string;
  readonly audience: string;
  /** ISO 8601; null for Conditions without an end. */
  readonly notOnOrAfter: string | null;
  readonly outcomes: readonly Outcome[];
}

const assertionOf = (
  { issuer, issueInstant }: Envelope,
  { assertionId, audience, notOnOrAfter, outcomes }: Statement,
): Xml =>
  element(
    'saml:Assertion',
    { 'xmlns:saml': namespaces.assertion, ID: assertionId, IssueInstant: issueInstant, Version: '2.0' },
    element('saml:Issuer', {}, issuer),
    element(
      'saml:Conditions',
      { NotBefore: issueInstant, NotOnOrAfter: notOnOrAfter },
      element('saml:AudienceRestriction', {}, element('saml:Audience', {}, audience)),
    ),
    element(
      'xacml-saml:XACMLAuthzDecisionStatement',
      { 'xmlns:xacml-saml': namespaces.statement },
      element(
        'xacml-context:Response',
        { 'xmlns:xacml-context': namespaces.context },
        outcomes.map((outcome) => resultOf(outcome, { prefix: 'xacml-context:', named: true })),
      ),
    ),
  );

/** A failure without a statement. */
export interface ResponseFailure {
  readonly status: string;
  readonly subStatus: string;
  readonly message: string;
}

/** A SAML Response in SOAP 1.1, not signed yet. */
export const writeResponse = (envelope: Envelope, content: Statement | ResponseFailure): string => {
  const status =
    'outcomes' in content
      ? element('samlp:StatusCode', { Value: samlStatus.success })
      : [
          element(
            'samlp:StatusCode',
            { Value: content.status },
            element('samlp:StatusCode', { Value: content.subStatus }),
          ),
          element('samlp:StatusMessage', {}, content.message),
        ];
  return documentOf(
    element(
      'soap-env:Envelope',
      { 'xmlns:soap-env': namespaces.soap },
      element(
        'soap-env:Body',
        {},
        element(
          'samlp:Response',
          {
            'xmlns:samlp': namespaces.protocol,
            ID: envelope.id,
            InResponseTo: envelope.inResponseTo,
            IssueInstant: envelope.issueInstant,
            Version: '2.0',
          },
          element('saml:Issuer', { 'xmlns:saml': namespaces.assertion }, envelope.issuer),
          element('samlp:Status', {}, status),
          'outcomes' in content ? assertionOf(envelope, content) : null,
        ),
      ),
    ),
  );
};

/** SOAP 1.1, section 4.4. */
export const writeFault = (code: 'VersionMismatch' | 'Client' | 'Server', message: string): string =>
  documentOf(
    element(
      'soap-env:Envelope',
      { 'xmlns:soap-env': namespaces.soap },
      element(
        'soap-env:Body',
        {},
        element(
          'soap-env:Fault',
          {},
          element('faultcode', {}, `soap-env:${code}`),
          element('faultstring', {}, message),
        ),
      ),
    ),
  );
