import { hasOtherReferences, withoutReferences } from './references.ts';

/** What names a channel or an item in RSS 2.0 and Media RSS. */
const naming: ReadonlySet<string> = new Set(['title', 'guid']);

const name = String.raw`[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?`;
const attributes = String.raw`(?:\s+${name}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*`;

const text = /[^<]+/y;
const cdata = /<!\[CDATA\[([\s\S]*?)\]\]>/y;
const ignored = /<!--[\s\S]*?-->|<\?xml(?:\s(?:(?!\?>)[\s\S])*)?\?>/y;
const startTag = new RegExp(`<(${name})${attributes}(/?)>`, 'y');
const endTag = new RegExp(`</(${name})\\s*>`, 'y');

/** An encoding in which the same bytes are other characters. */
const otherEncoding = /^\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["'])/i;

interface Element {
  readonly tag: string;
  readonly isNaming: boolean;
  content: string;
}

/**
 * The text of every element that names something, whatever its namespace and place, with what is in it. Undefined for what is not
 * well-formed, or has a document type, whose entities could stand for anything. Source: Adobe Pass, MRSS resources.
 */
export const titlesIn = (document: string): readonly string[] | undefined => {
  if (otherEncoding.test(document)) return undefined;
  const open: Element[] = [];
  const titles: string[] = [];
  let at = document.startsWith('\uFEFF') ? 1 : 0;
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(document);
    at += found?.[0].length ?? 0;
    return found;
  };
  const addText = (content: string): boolean => {
    for (const element of open) if (element.isNaming) element.content += content;
    return open.length > 0 || content.trim() === '';
  };
  const start = (tag: string): boolean => open.push({ tag, isNaming: isNaming(tag), content: '' }) > 0;
  const end = (tag: string): boolean => {
    const element = open.pop();
    if (element?.isNaming) titles.push(element.content);
    return element?.tag === tag;
  };
  /** Whether what comes next is well-formed. */
  const readPart = (): boolean => {
    const characters = next(text)?.[0];
    if (characters !== undefined)
      return !hasOtherReferences(characters) && addText(withoutReferences(characters));
    if (next(ignored)) return true;
    const data = next(cdata)?.[1];
    if (data !== undefined) return open.length > 0 && addText(data);
    const [, started, isEmpty] = next(startTag) ?? [];
    if (started !== undefined) return start(started) && (!isEmpty || end(started));
    const ended = next(endTag)?.[1];
    return ended !== undefined && end(ended);
  };
  while (at < document.length) if (!readPart()) return undefined;
  return open.length === 0 ? titles : undefined;
};

const isNaming = (tag: string): boolean => naming.has((tag.split(':').at(-1) ?? '').toLowerCase());
