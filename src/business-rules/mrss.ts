import { parseXml } from '#src/resources/parse-xml';

/** What names a channel or an item in RSS 2.0 and Media RSS. */
const naming: ReadonlySet<string | null> = new Set(['title', 'guid']);

/** An encoding in which the same bytes are other characters. */
const otherEncoding = /^\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["'])/i;

/** No document of a resource has more. */
const maxTitles = 50;

/**
 * The text of every element that names something, whatever its namespace and place, with what is in it. Undefined for what is not
 * well-formed, has a document type, or has more names than any resource. Source: Adobe Pass, MRSS resources.
 */
export const titlesIn = (document: string): readonly string[] | undefined => {
  const text = document.replace(/^\uFEFF/, '');
  const root = otherEncoding.test(text) ? undefined : parseXml(text);
  if (!root) return undefined;
  const elements = Array.from(root.getElementsByTagName('*')).filter(({ localName }) =>
    naming.has(localName?.toLowerCase() ?? null),
  );
  return elements.length > maxTitles ? undefined : elements.map(({ textContent }) => textContent ?? '');
};
