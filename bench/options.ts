import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Row } from './rows/row.ts';
import { findRow, rows } from './rows/rows.ts';

export interface Options {
  readonly rows: readonly Row[];
  readonly rounds: number;
  /** Milliseconds for all rounds together, without starting and seeding. */
  readonly budget: number;
  /** Milliseconds for one row of one contender in one round, at most: longer tells nothing more. */
  readonly maxSlice: number;
  /** Compares with ratios.json. */
  readonly check: boolean;
  /** Writes ratios.json. */
  readonly save: boolean;
  readonly profile: boolean;
  /** Only says which rows there are. */
  readonly list: boolean;
  /** Another clone, whose Kinpass takes part in every row. */
  readonly before: string | undefined;
  /** Microseconds that each request to Kinpass wastes. */
  readonly plant: number;
}

/** Half a million accounts take minutes to seed. */
const manyAccounts = 500_000;

/** `--list`, `--quick`, `--only ROW` (several times), `--check`, `--save`, `--profile`, `--before CLONE`, `--plant MICROSECONDS`. */
export const readOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      list: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      before: { type: 'string' },
      plant: { type: 'string', default: '0' },
    },
  });
  const { quick, only, plant, before, ...actions } = values;
  const usual = rows.filter(({ accounts = 0 }) => !quick || accounts < manyAccounts);
  return {
    rows: only.length > 0 ? only.map(findRow) : usual,
    rounds: quick ? 3 : 9,
    budget: quick ? 110_000 : 1_200_000,
    maxSlice: quick ? 1_000 : 2_000,
    ...actions,
    before: before && resolve(before),
    plant: Number(plant),
  };
};
