/** Many at once, by turns through both doors. */
export const rivals = <Stores, T>(
  { stores, rival }: { readonly stores: Stores; readonly rival: Stores },
  count: number,
  act: (through: Stores, index: number) => Promise<T>,
): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index % 2 === 0 ? stores : rival, index)));

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Keys that were somebody's separator, pattern, end of text, statement or prototype. */
export const strangeKeys: readonly string[] = [
  '',
  ' ',
  'a:b',
  'a',
  'A',
  '*',
  'a*',
  '%',
  '_',
  'nul',
  'nul\0',
  'nul\0in',
  '\0',
  '["a","b"]',
  '"',
  "'",
  "'; DROP TABLE records; --",
  '\\',
  '__proto__',
  'constructor',
  'toString',
  'é',
  'e\u0301',
  '😀',
  'x'.repeat(5_000),
];
