/**
 * How MVPDs read Adobe's XML. Adobe reads with another parser (`xml/parse.ts`), so that one misreading cannot go
 * unnoticed on both sides.
 */
import { DOMParser, type Element } from '@xmldom/xmldom';
import { MvpdProblem } from '../problem.ts';

export const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const signatures = 'http://www.w3.org/2000/09/xmldsig#';

/** The root element. Errors: MvpdProblem, for malformed XML and for any document type. */
export const parseXml = (text: string): Element => {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new MvpdProblem('The message declares a document type.');
  try {
    const onError = (_: string, message: string) => {
      throw new Error(message);
    };
    const root = new DOMParser({ onError }).parseFromString(text, 'text/xml').documentElement;
    if (root) return root;
  } catch {
    // Reported below: details of the parser do not help the person at the browser.
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

/** The only child of that name; null if there is none. Error: MvpdProblem, for more than one. */
export const childOf = (parent: Element, namespace: string, name: string): Element | null => {
  const [first, ...others] = childrenOf(parent, namespace, name);
  if (others.length > 0) throw new MvpdProblem(`The message has more than one ${name}.`);
  return first ?? null;
};

/** Trimmed, because the samples have line breaks around names. */
export const textOf = (element: Element | null): string => (element?.textContent ?? '').trim();
