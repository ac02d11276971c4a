/**
 * XML for the simulated parties: a strict parser, a writer, signatures. The parser rejects document types, entities,
 * processing instructions, encodings other than UTF-8, and documents that are too large or too deep. This folder must
 * not know SAML or XACML.
 */
import { DOMParser, type Element, type Node } from '@xmldom/xmldom';

/** An element as plain data, without references to its parent or document. */
export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** Empty if there is none. */
  readonly namespace: string;
  /** Keyed by local name; attributes of other namespaces as `{namespace}name`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text without comments, not trimmed. */
  readonly text: string;
}

/** The document is malformed, or has a feature that is not allowed. The message quotes nothing of the document. */
export class InvalidXml extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidXml';
  }
}

const limits = { characters: 256 * 1024, depth: 40, elements: 5_000 };

const elementNode = 1;
const textNode = 3;
const cdataNode = 4;
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

const malformed = 'the document is not well-formed';

/** XML 1.0 §2.2. */
const forbiddenCharacters = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const declaration = /^<\?xml\s[^?]*\?>/;
const otherEncoding = /\sencoding\s*=\s*["'](?!utf-8["'])/i;

const strayAmpersand = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i;
const plainParts = /<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/g;

const check = (text: string): void => {
  if (text.length > limits.characters) throw new InvalidXml('the document is too large');
  if (forbiddenCharacters.test(text)) throw new InvalidXml('there is a character that XML does not allow');
  const [declared = ''] = declaration.exec(text) ?? [];
  if (otherEncoding.test(declared)) throw new InvalidXml('the encoding is not UTF-8');
  const rest = text.slice(declared.length);
  if (/<!(?!--|\[CDATA\[)/.test(rest))
    throw new InvalidXml('there is a document type or an entity declaration');
  if (strayAmpersand.test(rest.replace(plainParts, ''))) throw new InvalidXml(malformed);
  if (rest.includes('<?')) throw new InvalidXml('there is a processing instruction');
};

const childrenOf = (node: Node): Node[] => Array.from(node.childNodes);
const isElement = (node: Node): node is Element => node.nodeType === elementNode;

/** Checked again after parsing: a character reference can expand to a forbidden character. */
const allowed = (text: string): string => {
  if (forbiddenCharacters.test(text)) throw new InvalidXml('there is a character that XML does not allow');
  return text;
};

const attributesOf = (element: Element): Record<string, string> =>
  Object.fromEntries(
    Array.from(element.attributes)
      .filter(({ namespaceURI }) => namespaceURI !== xmlnsNamespace)
      .map(({ namespaceURI, localName, value }) => [
        namespaceURI ? `{${namespaceURI}}${localName}` : String(localName),
        allowed(value),
      ]),
  );

const createReader = () => {
  let count = 0;
  const read = (element: Element, depth: number): XmlElement => {
    count += 1;
    if (count > limits.elements || depth > limits.depth)
      throw new InvalidXml('there are too many elements, or they are nested too deep');
    const nodes = childrenOf(element);
    return {
      name: element.localName ?? element.nodeName,
      namespace: element.namespaceURI ?? '',
      attributes: attributesOf(element),
      children: nodes.filter(isElement).map((child) => read(child, depth + 1)),
      text: nodes
        .filter(({ nodeType }) => nodeType === textNode || nodeType === cdataNode)
        .map(({ nodeValue }) => allowed(nodeValue ?? ''))
        .join(''),
    };
  };
  return read;
};

/** The document as DOM nodes. Error: InvalidXml. */
export const parseDocument = (text: string): { readonly root: Element } => {
  check(text);
  try {
    const parser = new DOMParser({
      onError: (_level, message) => {
        throw new InvalidXml(message);
      },
    });
    const root = parser.parseFromString(text, 'text/xml').documentElement;
    if (root) return { root };
  } catch {
    // The parser's messages quote the document.
  }
  throw new InvalidXml(malformed);
};

/** Error: InvalidXml. */
export const parseXml = (text: string): XmlElement => createReader()(parseDocument(text).root, 1);

export const childrenNamed = (
  { children }: XmlElement,
  namespace: string,
  name: string,
): readonly XmlElement[] => children.filter((child) => child.namespace === namespace && child.name === name);

/** The only child of that name; null if there is none or more than one. */
export const onlyChild = (element: XmlElement, namespace: string, name: string): XmlElement | null => {
  const [first, ...others] = childrenNamed(element, namespace, name);
  return first && others.length === 0 ? first : null;
};
