import type { Authorization } from '#src/fixtures';
import { contentIds } from '#src/xacml-names';
import { childrenNamed, InvalidXml, onlyChild, parseXml, type XmlElement } from '#src/xml/parse';

/** A resource as XACML names it. */
export interface RequestedResource {
  /** Exactly what the app asked for. */
  readonly asked: string;
  /** resource-id. */
  readonly id: string;
  /** Additional attributes: AttributeId, value. */
  readonly content: readonly (readonly [string, string])[];
}

/** The second one appears in an old sample. */
const mediaNamespaces = ['http://search.yahoo.com/mrss/', 'http://video.search.yahoo.com/mrss/'];

const ratingIds: Readonly<Record<string, string>> = {
  'urn:v-chip': contentIds.vchip,
  'urn:mpaa': contentIds.mpaa,
};

const textOf = (parent: XmlElement | null, name: string): string | null =>
  (parent && onlyChild(parent, '', name)?.text.trim()) || null;

const ratingsOf = (element: XmlElement): [string, string][] =>
  mediaNamespaces
    .flatMap((namespace) => childrenNamed(element, namespace, 'rating'))
    .flatMap(({ attributes, text }) => {
      const id = ratingIds[attributes['scheme'] ?? ''];
      return id && text.trim() ? [[id, text.trim()]] : [];
    });

const readMrss = (asked: string, detail: Authorization['resources']): RequestedResource => {
  const root = parseXml(asked);
  const channel = root.name === 'rss' && root.namespace === '' ? onlyChild(root, '', 'channel') : null;
  const network = textOf(channel, 'title');
  if (!channel || !network) throw new InvalidXml('the MRSS has no channel title');
  if (detail === 'channel-title') return { asked, id: network, content: [] };
  const items = childrenNamed(channel, '', 'item');
  if (items.length > 1) throw new InvalidXml('the MRSS has more than one item');
  const [item = null] = items;
  const title = textOf(item, 'title');
  // The most specific rating counts: the item's overrides its channel's.
  const ratings = new Map([...ratingsOf(channel), ...(item ? ratingsOf(item) : [])]);
  return {
    asked,
    id: textOf(item, 'guid') ?? network,
    content: [
      [contentIds.network, network],
      [contentIds.namespace, network],
      ...(title === null ? [] : [[contentIds.title, title] as const]),
      ...ratings,
    ],
  };
};

/**
 * A simple id, unchanged, or the parts of an MRSS resource (item guid, channel title, item title, ratings) after
 * Adobe's page "MVPD content metadata exchange". Null for invalid MRSS.
 */
export const readResource = (asked: string, detail: Authorization['resources']): RequestedResource | null => {
  if (!asked.trimStart().startsWith('<')) return { asked, id: asked, content: [] };
  try {
    return readMrss(asked, detail);
  } catch (error) {
    if (error instanceof InvalidXml) return null;
    throw error;
  }
};
