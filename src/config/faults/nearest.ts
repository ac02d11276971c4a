/** The candidate that a misspelled name probably meant; undefined if none is near. */
export const nearest = (name: string, candidates: readonly string[]): string | undefined => {
  const plain = plainForm(name);
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(plain, plainForm(candidate)) }))
    .filter(({ distance }) => distance <= Math.min(3, Math.max(1, plain.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
};

const plainForm = (name: string): string => name.toLowerCase().replace(/[-_ ]/g, '');

/** Letters to insert, remove or replace, and adjacent ones to swap (optimal string alignment). */
const editDistance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= a.length; row++) {
    rows[row] = [row];
    for (let column = 1; column <= b.length; column++) {
      const differs = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + differs,
          swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(a.length, b.length);
};
