const refused: readonly [pattern: RegExp, what: string][] = [
  [/<([\w-]+:)?script[\s/>]/i, 'contains a script'],
  [/[\s"'/]on[a-z]+\s*=/i, 'contains an event handler'],
  [/javascript:/i, 'contains a javascript: URL'],
  [/<([\w-]+:)?foreignObject[\s/>]/i, 'contains a foreignObject'],
  [/<!ENTITY/i, 'declares an entity'],
  [/(href\s*=\s*["']?\s*|url\(\s*["']?\s*|@import\s+["'])(https?:)?\/\//i, 'refers to another site'],
];

/**
 * Why an SVG is refused, if it is. Browsers run and load none of this in an image; a file that has it was not made to
 * be one.
 */
export const svgFault = (text: string): string | undefined =>
  refused.find(([pattern]) => pattern.test(text))?.[1];
