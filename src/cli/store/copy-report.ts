import type { Clock } from '#src/lib/clock';
import type { CutOverReport } from '#src/stores/copy/cut-over';
import type { StoreCopy } from '#src/stores/copy/open-copy';
import { tableLines } from '../table.ts';
import { print } from '../terminal.ts';

const count = (rows: number): string => rows.toLocaleString('en-US');

export const inSeconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;

/** Milliseconds between two lines about one pass. */
const interval = 2_000;

/** Prints the progress of a copy on the terminal. */
export const createCopyReport = (
  { source, target }: Pick<StoreCopy, 'source' | 'target'>,
  clock: Pick<Clock, 'monotonic'>,
): CutOverReport => {
  let passes = 0;
  let printed = clock.monotonic();
  return {
    progress: (table, rows) => {
      if (clock.monotonic() - printed < interval) return;
      printed = clock.monotonic();
      print(`  ${table}: ${count(rows)} rows`);
    },
    passed: ({ rows, written, removed, milliseconds }) => {
      passes += 1;
      const changes = `${count(written)} written, ${count(removed)} removed`;
      print(`Pass ${passes}: ${count(rows)} rows compared, ${changes}, ${inSeconds(milliseconds)}`);
    },
    left: () => print(`${source.place} no longer accepts writes.`),
    verified: (tables) => {
      print('The contents of both stores match:');
      const lines = tables.map(({ name, rows, sum }) => [name, count(rows), sum.slice(0, 16)]);
      for (const line of tableLines([['table', 'rows', 'digest'], ...lines])) print(`  ${line}`);
      print(`${target.place} is ready for gateways.`);
    },
  };
};
