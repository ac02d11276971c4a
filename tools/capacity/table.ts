/** Three significant digits, with separators: measurements and assumptions give no more precision. */
export const number = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 2 });

export const kilobytes = (bytes: number): string => number(bytes / 1_000);
export const megabytes = (bytes: number): string => number(bytes / 1_000_000);
export const milliseconds = (micros: number): string => number(micros / 1_000);

/** In Markdown. */
export const table = (heads: readonly string[], lines: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
