import { DOMParser, type Element } from '@xmldom/xmldom';
import { MvpdProblem } from '../problem.ts';

export const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const signatures = 'http://www.w3.org/2000/09/xmldsig#';

/** Markup that `xml` leaves as it is. */
export interface Xml {
  readonly text: string;
}

type Part = string | Xml | readonly Xml[];

const escaped = (value: string): string => value.replace(/[&<>"'\t\r\n]/g, (c) => `&#${c.charCodeAt(0)};`);

const render = (part: Part): string => {
  if (typeof part === 'string') return escaped(part);
  return 'text' in part ? part.text : part.map(({ text }) => text).join('');
};

/** A template whose values are escaped, in text and in quoted attributes. */
export const xml = (strings: TemplateStringsArray, ...parts: Part[]): Xml => ({
  text: String.raw({ raw: strings }, ...parts.map(render)),
});

/** The root element. Anything but well-formed XML without a document type is refused. */
export const parseXml = (text: string): Element => {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new MvpdProblem('The message declares a document type.');
  try {
    const onError = (_: string, message: string) => {
      throw new Error(message);
    };
    const root = new DOMParser({ onError }).parseFromString(text, 'text/xml').documentElement;
    if (root) return root;
  } catch {
    // Said below: what the parser found wrong is of no use to the person at the browser.
  }
  throw new MvpdProblem('The message is not well-formed XML.');
};

export const childrenOf = (parent: Element, namespace: string, name: string): Element[] =>
  [...parent.childNodes].filter(
    (node): node is Element =>
      node.nodeType === node.ELEMENT_NODE &&
      (node as Element).namespaceURI === namespace &&
      (node as Element).localName === name,
  );

/** The one child of that name; null when there is none. */
export const childOf = (parent: Element, namespace: string, name: string): Element | null => {
  const [first, ...others] = childrenOf(parent, namespace, name);
  if (others.length > 0) throw new MvpdProblem(`The message has more than one ${name}.`);
  return first ?? null;
};

/** Samples have line breaks around names. */
export const textOf = (element: Element | null): string => (element?.textContent ?? '').trim();
