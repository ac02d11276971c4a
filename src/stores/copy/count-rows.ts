import type { Side } from './side.ts';
import { tables } from './tables.ts';

interface Rows {
  readonly name: string;
  /** In the source and in the target. */
  readonly there: number;
  readonly here: number;
}

export const countRows = async (
  { source, target }: { readonly source: Side; readonly target: Side | undefined },
  now: number,
): Promise<Rows[]> => {
  const counts: Rows[] = [];
  for (const table of tables)
    counts.push({
      name: table.name,
      there: await source.count(table, now),
      here: (await target?.count(table, now)) ?? 0,
    });
  return counts;
};
