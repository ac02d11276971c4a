import { accessSubject, attributeIds, dataTypes, namespaces } from '#src/xacml-names';
import { documentOf, element, type Xml } from '#src/xml/write';
import type { RequestedResource } from './resource.ts';

/** The subscriber; null if a bearer token identifies them. */
export type Subject = { readonly kind: 'token' | 'id'; readonly value: string } | null;

interface Question {
  readonly subject: Subject;
  readonly resources: readonly RequestedResource[];
  /** The device's. */
  readonly address: string;
}

/** The differences between the two forms of a Request. */
interface Style {
  readonly prefix: string;
  readonly request: Readonly<Record<string, string>>;
  readonly subject: Readonly<Record<string, string>>;
  readonly value: Readonly<Record<string, string>>;
  readonly resourceType: string;
  readonly addressType: string;
}

const bare: Style = {
  prefix: '',
  request: {
    xmlns: namespaces.context,
    'xmlns:xsi': namespaces.xsi,
    'xsi:schemaLocation': `${namespaces.context} http://docs.oasis-open.org/xacml/access_control-xacml-2.0-context-schema-os.xsd`,
  },
  subject: {},
  value: {},
  resourceType: dataTypes.anyUri,
  addressType: dataTypes.string,
};

const inQuery: Style = {
  prefix: 'xacml-context:',
  request: { 'xmlns:xacml-context': namespaces.context },
  subject: { SubjectCategory: accessSubject },
  value: { 'xmlns:xsi': namespaces.xsi, 'xsi:type': 'xacml-context:AttributeValueType' },
  resourceType: dataTypes.string,
  addressType: dataTypes.address,
};

const requestOf = ({ subject, resources, address }: Question, style: Style): Xml => {
  const named = (name: string) => `${style.prefix}${name}`;
  const attribute = (AttributeId: string, DataType: string, value: string): Xml =>
    element(
      named('Attribute'),
      { AttributeId, DataType },
      element(named('AttributeValue'), style.value, value),
    );
  const subjectAttribute =
    subject?.kind === 'token'
      ? attribute(attributeIds.subjectToken, dataTypes.base64, subject.value)
      : attribute(attributeIds.subjectId, dataTypes.string, subject?.value ?? '');
  return element(
    named('Request'),
    style.request,
    subject && element(named('Subject'), style.subject, subjectAttribute),
    resources.map(({ id, content }) =>
      element(
        named('Resource'),
        {},
        attribute(attributeIds.resourceId, style.resourceType, id),
        content.map(([attributeId, value]) => attribute(attributeId, dataTypes.string, value)),
      ),
    ),
    element(named('Action'), {}, attribute(attributeIds.action, dataTypes.string, 'VIEW')),
    element(named('Environment'), {}, attribute(attributeIds.address, style.addressType, address)),
  );
};

/** The Request of Adobe's page "MVPD authorization". */
export const writeBareRequest = (question: Question): string => requestOf(question, bare).xml;

interface Envelope {
  readonly id: string;
  readonly issuer: string;
  readonly destination: string;
  /** ISO 8601. */
  readonly issueInstant: string;
}

/** The query of Adobe's pages on proxy MVPDs and on preflight, in SOAP 1.1, not signed yet. */
export const writeQuery = (question: Question, { id, issuer, destination, issueInstant }: Envelope): string =>
  documentOf(
    element(
      'soap11:Envelope',
      { 'xmlns:soap11': namespaces.soap },
      element('soap11:Header', {}),
      element(
        'soap11:Body',
        {},
        element(
          'xacml-samlp:XACMLAuthzDecisionQuery',
          {
            'xmlns:xacml-samlp': namespaces.query,
            CombinePolicies: question.resources.length > 1 ? 'false' : null,
            Destination: destination,
            ID: id,
            IssueInstant: issueInstant,
            Version: '2.0',
          },
          element('saml:Issuer', { 'xmlns:saml': namespaces.assertion }, issuer),
          requestOf(question, inQuery),
        ),
      ),
    ),
  );
