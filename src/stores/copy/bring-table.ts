import { fail } from '#src/lib/errors';
import type { Seal } from '../seal.ts';
import type { Row, Side } from './side.ts';
import type { Table } from './tables.ts';

export interface Sides {
  readonly source: Side;
  readonly target: Side;
  /** Rows that have expired by then are not copied. */
  readonly now: number;
  readonly seal: Pick<Seal, 'open'>;
}

export interface Brought {
  readonly rows: number;
  readonly written: number;
  readonly removed: number;
}

/**
 * Makes a table of the target equal to that of the source, writing only the differences. The same operation makes the first copy,
 * resumes after a kill, and catches up. Changes that gateways make behind its position are left to the next pass.
 */
export const bringTable = async (
  table: Table,
  sides: Sides,
  progress: (rows: number) => void,
): Promise<Brought> => {
  if (table.log) return bringLog(table, sides);
  const { source, target, now, seal } = sides;
  let [rows, written] = [0, 0];
  for await (const page of source.pages(table, now)) {
    const there = byKey(table, await target.find(table, page));
    const differing = page.filter((row) => !isSame(table, row, there.get(keyText(table, row))));
    if (differing.length > 0) await target.put(table, differing, seal);
    rows += page.length;
    written += differing.length;
    progress(rows);
  }
  return { rows, written, removed: await removeOthers(table, sides) };
};

/** If all rows of the source are in the target and the counts are equal, the target has no others. */
const removeOthers = async (table: Table, { source, target, now }: Sides): Promise<number> => {
  if ((await source.count(table, now)) === (await target.count(table, now))) return 0;
  let removed = 0;
  for await (const page of target.pages(table, now)) {
    const there = byKey(table, await source.find(table, page));
    const gone = page.filter((row) => !there.has(keyText(table, row)));
    if (gone.length > 0) await target.remove(table, gone);
    removed += gone.length;
  }
  return removed;
};

/** Appends the new rows. Errors: store_invalid if the target's log is not a prefix of the source's. */
const bringLog = async (table: Table, { source, target, now }: Sides): Promise<Brought> => {
  const last = await target.last(table);
  if (last) {
    const [same] = await source.find(table, [last]);
    if (!isSame(table, last, same))
      throw fail('store_invalid', {
        field: target.field,
        hint: `${table.name} of ${target.place} is not a prefix of ${table.name} of ${source.place}: one is not a copy of the other. Copy into an empty database.`,
      });
  }
  let written = 0;
  for await (const page of source.pages(table, now, last && Number(last[table.key[0] ?? '']))) {
    await target.append(table, page);
    written += page.length;
  }
  return { rows: await source.count(table, now), written, removed: 0 };
};

const keyText = ({ key }: Table, row: Row): string => JSON.stringify(key.map((column) => row[column]));

const byKey = (table: Table, rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [keyText(table, row), row]));

const isSame = ({ columns }: Table, row: Row, other: Row | undefined): boolean =>
  other !== undefined && columns.every((column) => row[column] === other[column]);
