import { replaceInvisible } from '#src/lib/text';

type Cells = readonly string[];

/** The lines of a table, each column as wide as its widest cell, but not wider than `maxWidth` characters. */
export const tableLines = (rows: readonly Cells[], maxWidth = Number.POSITIVE_INFINITY): string[] => {
  const plain = rows.map((row) => row.map(replaceInvisible));
  const width = (column: number) => Math.max(0, ...plain.map((row) => row[column]?.length ?? 0));
  const widths = (rows[0] ?? []).map((_, column) => Math.min(maxWidth, width(column)));
  return plain.map((row) => rowLine(row, widths));
};

/** One row, for a table that is printed as its rows are read; a cell that is wider than its column moves the next ones. */
export const rowLine = (cells: Cells, widths: readonly number[]): string =>
  cells
    .map((cell, column) => replaceInvisible(cell).padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd();
