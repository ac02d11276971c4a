/** Name and value of a parameter, with what separates it from the next. Some proxies do not quote ports and IPv6. */
const pair = /\s*([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*(?:;|$)/y;

/** The `for` of one element, without quotes. Empty if there is none, or if it is not well-formed. */
const nodeOf = (element: string): string => {
  let node: string | undefined;
  pair.lastIndex = 0;
  while (pair.lastIndex < element.length) {
    const [, name, quoted, plain = ''] = pair.exec(element) ?? [];
    if (name === undefined) return '';
    if (name.toLowerCase() !== 'for') continue;
    if (node !== undefined) return '';
    node = quoted?.replace(/\\(.)/g, '$1') ?? plain;
  }
  return node ?? '';
};

const isEscaped = (text: string, index: number): boolean => {
  let first = index;
  while (text[first - 1] === '\\') first -= 1;
  return (index - first) % 2 === 1;
};

/**
 * The nodes of a `Forwarded` header (RFC 7239 §4), the nearest first, at most `max`. A proxy adds its element to the end of
 * whatever it got, and only the end is known to be well-formed: an open quote further left must not hide it.
 */
export const forwardedNodes = (value: string, max: number): readonly string[] => {
  const nodes: string[] = [];
  let end = value.length;
  let isQuoted = false;
  for (let index = end - 1; index >= -1 && nodes.length < max; index -= 1) {
    if (value[index] === '"' && !isEscaped(value, index)) isQuoted = !isQuoted;
    if (index !== -1 && (value[index] !== ',' || isQuoted)) continue;
    const element = value.slice(index + 1, end).trim();
    if (element !== '') nodes.push(nodeOf(element));
    end = index;
  }
  return nodes;
};
