import { DOMParser, type Element } from '@xmldom/xmldom';

/** XML 1.0 §2.2. */
const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
/** Where the characters of markup stand for themselves. */
const literal = /<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/g;
const reference = /&#(?:x([\da-f]+)|(\d+));/gi;

/** What the parser tolerates: lone ampersands, the end of a section that never began, references to forbidden characters. */
const isTolerated = (text: string): boolean => {
  const markup = text.replace(literal, '');
  if (/&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)|\]\]>/.test(markup)) return true;
  return [...markup.matchAll(reference)].some(([, hexadecimal, decimal]) => {
    const code = hexadecimal ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    return code > 0x10_ffff || forbidden.test(String.fromCodePoint(code));
  });
};

/** The root element; undefined for what is not well-formed, or has a document type. */
export const parseXml = (text: string): Element | undefined => {
  if (forbidden.test(text) || isTolerated(text)) return undefined;
  try {
    const parser = new DOMParser({
      onError: (_level, message) => {
        throw new Error(message);
      },
    });
    const { doctype, documentElement } = parser.parseFromString(text, 'text/xml');
    return doctype ? undefined : (documentElement ?? undefined);
  } catch {
    return undefined;
  }
};
