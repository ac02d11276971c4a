/** The lines of a table, each column as wide as its widest cell. Nothing in a cell can move the cursor. */
export const tableLines = (rows: readonly (readonly string[])[]): string[] => {
  const plain = rows.map((row) => row.map((cell) => cell.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�')));
  const width = (column: number) => Math.max(0, ...plain.map((row) => row[column]?.length ?? 0));
  const widths = (rows[0] ?? []).map((_, column) => width(column));
  return plain.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};
