/** Keys that mean something to a query, a pattern, a separator or a terminal. */
export const oddKeys: readonly string[] = [
  'a',
  'a:b',
  'a*',
  '*',
  '%',
  '_',
  "a' OR '1'='1",
  'a"b',
  'a\\',
  '{a}',
  'a\u0000b',
  'a\r\nDEL b',
  'a|b',
  'ä',
  'a ',
  '',
];
