import type { Clock } from '#src/lib/clock';
import type { Mark } from '../moving.ts';
import { bringTable } from './bring-table.ts';
import type { StoreCopy } from './open-copy.ts';
import type { Side } from './side.ts';
import { tables } from './tables.ts';

/** The result of one pass over all tables. */
export interface Pass {
  readonly rows: number;
  readonly written: number;
  readonly removed: number;
  readonly milliseconds: number;
}

/** Progress of a copy. */
export interface CopyReport {
  /** Rows of a table that have been compared so far. */
  progress(table: string, rows: number): void;
  passed(pass: Pass): void;
}

/** After a pass with no more changes than this, the rest takes a moment. */
const fewChanges = 1_000;

/** Makes passes until one changes little, or no less than the one before: then gateways write as fast as this reads. */
export const bringChanges = async (copy: StoreCopy, clock: Clock, report: CopyReport): Promise<Pass> => {
  const { source, target, sealed } = copy;
  await target.receive(sealed, markOf('arriving', source, clock));
  let before = Number.POSITIVE_INFINITY;
  for (;;) {
    const pass = await bringOnce(copy, clock.now(), clock, report);
    const changed = pass.written + pass.removed;
    if (changed <= fewChanges || changed >= before) return pass;
    before = changed;
  }
};

/** `now`: rows that have expired by then are not copied. */
export const bringOnce = async (
  copy: StoreCopy,
  now: number,
  clock: Pick<Clock, 'monotonic'>,
  { progress, passed }: CopyReport,
): Promise<Pass> => {
  const begun = clock.monotonic();
  let [rows, written, removed] = [0, 0, 0];
  for (const table of tables) {
    const brought = await bringTable(table, { ...copy, now }, (done) => progress(table.name, done));
    rows += brought.rows;
    written += brought.written;
    removed += brought.removed;
  }
  const pass = { rows, written, removed, milliseconds: clock.monotonic() - begun };
  passed(pass);
  return pass;
};

export const markOf = (state: Mark['state'], other: Side, clock: Pick<Clock, 'now'>): Mark => ({
  state,
  other: other.place,
  since: clock.now(),
});
