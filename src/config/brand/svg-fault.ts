const refused: readonly [pattern: RegExp, what: string][] = [
  [/<([\w-]+:)?script[\s/>]/i, 'contains a script'],
  [/[\s"'/]on[a-z]+\s*=/i, 'contains an event handler'],
  [/javascript:/i, 'contains a javascript: URL'],
  [/<([\w-]+:)?foreignObject[\s/>]/i, 'contains a foreignObject'],
  [/<([\w-]+:)?(iframe|object|embed)[\s/>]/i, 'embeds a document'],
  [/<!ENTITY/i, 'declares an entity'],
  [/(href\s*=\s*["']?\s*|url\(\s*["']?\s*|@import\s+["'])(https?:)?\/\//i, 'refers to another site'],
];

/** XML's references to characters, which a browser reads as the characters themselves. */
const withoutReferences = (text: string): string =>
  text.replaceAll(/&#(x[0-9a-f]{1,6}|\d{1,7});?/gi, (reference, digits: string) => {
    const code = Number(digits.replace(/^x/i, '0x'));
    return code <= 0x10ffff ? String.fromCodePoint(code) : reference;
  });

/**
 * Why an SVG is refused, if it is. Browsers run and load none of this in an image; a file that has it was not made to
 * be one.
 */
export const svgFault = (text: string): string | undefined =>
  refused.find(([pattern]) => pattern.test(withoutReferences(text)))?.[1];
