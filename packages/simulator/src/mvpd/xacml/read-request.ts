import { attributeIds, contentIds, namespaces, sameName, statusCodes } from '#src/xacml-names';
import { childrenNamed, onlyChild, type XmlElement } from '#src/xml/parse';

export interface AskedResource {
  readonly id: string;
  /** Null unless the resource is structured. */
  readonly network: string | null;
  readonly title: string | null;
  readonly vchip: string | null;
  readonly mpaa: string | null;
}

export interface XacmlRequest {
  readonly subjectToken: string | null;
  readonly subjectId: string | null;
  readonly resources: readonly AskedResource[];
  /** The device's; null if the request does not contain it. */
  readonly address: string | null;
}

/** The request cannot be decided; the result is Indeterminate with this status. */
export class Undecidable extends Error {
  readonly statusCode: string;

  constructor(statusCode: string, message: string) {
    super(message);
    this.name = 'Undecidable';
    this.statusCode = statusCode;
  }
}

const { context } = namespaces;

const malformed = (message: string) => new Undecidable(statusCodes.syntaxError, message);
const missing = (message: string) => new Undecidable(statusCodes.missingAttribute, message);

/** The attribute's only value; null if the part does not have the attribute. */
const attributeValue = (part: XmlElement | null, id: string): string | null => {
  const [attribute, ...others] = part
    ? childrenNamed(part, context, 'Attribute').filter(({ attributes }) =>
        sameName(attributes['AttributeId'] ?? '', id),
      )
    : [];
  if (!attribute) return null;
  const value = onlyChild(attribute, context, 'AttributeValue');
  if (others.length > 0 || !value) throw malformed('an attribute is repeated or does not have one value');
  return value.text.trim();
};

const resourceOf = (resource: XmlElement): AskedResource => {
  const id = attributeValue(resource, attributeIds.resourceId);
  if (!id) throw missing('a resource has no resource-id');
  return {
    id,
    network: attributeValue(resource, contentIds.network),
    title: attributeValue(resource, contentIds.title),
    vchip: attributeValue(resource, contentIds.vchip),
    mpaa: attributeValue(resource, contentIds.mpaa),
  };
};

const requireView = (request: XmlElement): void => {
  const action = onlyChild(request, context, 'Action');
  const attributes = action ? childrenNamed(action, context, 'Attribute') : [];
  const [attribute, ...others] = attributes;
  if (!attribute || others.length > 0) throw missing('there is not exactly one action');
  const value = onlyChild(attribute, context, 'AttributeValue')?.text.trim();
  // The sample of a structured resource omits the id.
  const id = attribute.attributes['AttributeId'] ?? attributeIds.action;
  if (id !== attributeIds.action || value !== 'VIEW') throw missing('the action must be VIEW');
};

/** Reads a Request of XACML 2.0. Throws Undecidable. */
export const readRequest = (request: XmlElement, maxResources: number): XacmlRequest => {
  if (request.name !== 'Request' || request.namespace !== context)
    throw malformed('not a Request of XACML 2.0');
  requireView(request);
  const resources = childrenNamed(request, context, 'Resource').map(resourceOf);
  if (resources.length === 0) throw missing('the request has no resource');
  if (resources.length > maxResources) throw malformed('too many resources');
  if (new Set(resources.map(({ id }) => id)).size !== resources.length)
    throw malformed('a resource is repeated');
  const subjects = childrenNamed(request, context, 'Subject');
  if (subjects.length > 1) throw malformed('there is more than one subject');
  const [subject = null] = subjects;
  return {
    subjectToken: attributeValue(subject, attributeIds.subjectToken),
    subjectId: attributeValue(subject, attributeIds.subjectId),
    resources,
    address: attributeValue(onlyChild(request, context, 'Environment'), attributeIds.address),
  };
};
