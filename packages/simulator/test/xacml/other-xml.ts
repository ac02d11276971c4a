import { createHash, type KeyObject, verify } from 'node:crypto';
import { XmlC14NMode, XmlCData, XmlDocument, XmlElement, type XmlNode, XmlText } from 'libxml2-wasm';

/** An element as libxml2 sees it: `{namespace}name`, attributes, then child elements or the text. */
export type Seen = readonly [name: string, attributes: Record<string, string>, ...content: (Seen | string)[]];

const nameOf = (namespace: string, name: string): string => (namespace ? `{${namespace}}${name}` : name);

const childrenOf = (element: XmlElement): XmlNode[] => {
  const nodes: XmlNode[] = [];
  for (let node = element.firstChild; node; node = node.next) nodes.push(node);
  return nodes;
};

const see = (element: XmlElement): Seen => {
  const nodes = childrenOf(element);
  const elements = nodes.filter((node) => node instanceof XmlElement).map(see);
  const text = nodes
    .filter((node) => node instanceof XmlText || node instanceof XmlCData)
    .map(({ content }) => content)
    .join('')
    .trim();
  const attributes = element.attrs.map(({ namespaceUri, name, value }) => [
    nameOf(namespaceUri, name),
    value,
  ]);
  return [
    nameOf(element.namespaceUri, element.name),
    Object.fromEntries(attributes),
    ...(elements.length === 0 && text ? [text] : elements),
  ];
};

/** Reads XML with libxml2, which has no part in writing it. */
export const seen = (xml: string): Seen => {
  using document = XmlDocument.fromString(xml);
  return see(document.root);
};

const dsig = 'http://www.w3.org/2000/09/xmldsig#';
const namespaces = { ds: dsig };
const exclusive = { mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 };

/**
 * Checks an enveloped signature with libxml2's exclusive canonical form and Node's own crypto; answers the local
 * name of the element that it covers, null when it does not hold.
 */
export const signedElement = (xml: string, key: KeyObject, hash: 'sha256' | 'sha1'): string | null => {
  using document = XmlDocument.fromString(xml);
  const text = (path: string) => document.get(path, namespaces)?.content.replace(/\s/g, '') ?? '';
  const signedInfo = document.get('//ds:SignedInfo', namespaces);
  if (!(signedInfo instanceof XmlElement)) return null;
  const canonicalInfo = signedInfo.canonicalizeToString(exclusive);
  const signature = Buffer.from(text('//ds:SignatureValue'), 'base64');
  const digest = text('//ds:DigestValue');
  const id = text('//ds:Reference/@URI').slice(1);
  const target = document.get(`//*[@ID='${id}']`);
  if (!(target instanceof XmlElement)) return null;
  document.get('//ds:Signature', namespaces)?.remove();
  const canonicalTarget = target.canonicalizeToString(exclusive);
  const holds =
    verify(hash, Buffer.from(canonicalInfo), key, signature) &&
    createHash(hash).update(canonicalTarget).digest('base64') === digest;
  return holds ? target.name : null;
};
