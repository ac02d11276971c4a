import { mediaNamespace } from './mrss-fault.ts';
import type { StructuredResource } from './resource.ts';

/** The characters that XML text cannot hold (XML 1.0 §2.4). Control characters are refused where a resource enters. */
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const element = (name: string, text: string | undefined, attributes = ''): string =>
  text === undefined
    ? ''
    : `<${name}${attributes}>${text.replace(/[&<>]/g, (character) => escapes[character] ?? character)}</${name}>`;

/**
 * The MRSS document of a resource: the same text for the same resource, without white space or CDATA. The rating is the item's,
 * or the channel's where there is no item. Source: Adobe Pass, Decisions ("Resource identifier"); MVPD content metadata exchange.
 */
export const writeMrss = ({ channel, id, title, rating }: StructuredResource): string => {
  const rated = element('media:rating', rating?.value, ` scheme="${rating?.scheme}"`);
  const item = `${element('title', title)}${element('guid', id)}`;
  const content = item === '' ? rated : `<item>${item}${rated}</item>`;
  return `<rss version="2.0" xmlns:media="${mediaNamespace}"><channel>${element('title', channel)}${content}</channel></rss>`;
};
