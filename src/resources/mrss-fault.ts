import type { Element, Node } from '@xmldom/xmldom';
import { parseXml } from './parse-xml.ts';

/** The schemes that Adobe's pages name: MPAA for movies, V-chip for television. Source: Decisions; MVPD content metadata exchange. */
export const ratingSchemes = ['urn:mpaa', 'urn:v-chip'] as const;

const knownSchemes: ReadonlySet<string | null> = new Set(ratingSchemes);

/** Of Media RSS. Source: Adobe Pass, Decisions. */
export const mediaNamespace = 'http://search.yahoo.com/mrss/';

/** The second one appears in an older sample. Source: Adobe Pass, MVPD user metadata exchange. */
const mediaNamespaces = new Set<string | null>([mediaNamespace, 'http://video.search.yahoo.com/mrss/']);

/**
 * What is wrong with a document that should be MRSS; undefined if nothing is. It is MRSS if an MVPD finds in it what Adobe's page
 * "MVPD content metadata exchange" takes from it: one channel title, at most one item, ratings of known schemes. Document types
 * are refused, and with them entities.
 */
export const mrssFault = (text: string): string | undefined => {
  const root = parseXml(text);
  if (!root) return 'must be well-formed XML without a document type';
  if (!isPlain(root, 'rss')) return 'must be MRSS: its root element is rss';
  const [channel, ...others] = childrenOf(root).filter((child) => isPlain(child, 'channel'));
  if (!channel || others.length > 0) return 'must have one channel';
  const titles = childrenOf(channel).filter((child) => isPlain(child, 'title'));
  if (titles.length !== 1 || !titles[0]?.textContent?.trim()) return 'must have one channel title';
  if (childrenOf(channel).filter((child) => isPlain(child, 'item')).length > 1)
    return 'must have one item at most';
  return mediaFault(root);
};

const mediaFault = (root: Element): string | undefined => {
  for (const element of Array.from(root.getElementsByTagName('*'))) {
    const { prefix, localName, namespaceURI } = element;
    if (prefix !== 'media' && localName !== 'rating') continue;
    if (!mediaNamespaces.has(namespaceURI)) return `must have its media elements in ${mediaNamespace}`;
    const isRating = localName === 'rating';
    if (isRating && !knownSchemes.has(element.getAttribute('scheme')))
      return `must have ratings with the scheme ${ratingSchemes.join(' or ')}`;
    if (isRating && !element.textContent?.trim()) return 'must have a value in each rating';
  }
  return undefined;
};

const elementNode = 1;

const childrenOf = (parent: Element): readonly Element[] =>
  Array.from(parent.childNodes).filter((node: Node): node is Element => node.nodeType === elementNode);

/** RSS itself has no namespace. */
const isPlain = ({ localName, namespaceURI }: Element, name: string): boolean =>
  localName === name && !namespaceURI;
