import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus } from 'node:os';
import type { Spread } from './measure/spread.ts';
import type { Ratios } from './ratios.ts';

const file = new URL('ratios.json', import.meta.url);

interface Committed {
  readonly machine: string;
  readonly node: string;
  readonly ratios: Ratios;
}

export const readCommitted = (): Committed => JSON.parse(readFileSync(file, 'utf8'));

/** Rows that were not run stay as they are. */
export const saveRatios = (ratios: Ratios): void => {
  const [{ model } = { model: 'unknown' }] = cpus();
  const machine = `${cpus().length} × ${model.trim()}, ${arch()}`;
  const all = { ...readCommitted().ratios, ...roundAll(ratios) };
  const committed: Committed = { machine, node: process.version, ratios: all };
  writeFileSync(file, `${JSON.stringify(committed, null, 2)}\n`);
};

/** Three digits: more would change with every run. */
const roundAll = (ratios: Ratios): Ratios =>
  JSON.parse(
    JSON.stringify(ratios, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(3)) : value)),
  );

/** Two processes of the same code differ by so much, although the rounds of each agree. */
const minSpread = 0.1;

const lowestAllowed = ({ median, min }: Spread): number => Math.min(min, median * (1 - minSpread));

/** nginx spends nearly all of its CPU in the kernel: its ratio also moves with the rows that are run beside it. */
const isCompared = (peer: string): boolean => peer !== 'nginx';

/** One line for each ratio whose median is below the spread of the committed one. Empty if there is none. */
export const findRegressions = (ratios: Ratios, committed: Ratios): readonly string[] =>
  Object.entries(ratios).flatMap(([row, byPeer]) =>
    Object.entries(byPeer).flatMap(([peer, { median }]) => {
      const before = committed[row]?.[peer];
      if (!before || !isCompared(peer) || median >= lowestAllowed(before)) return [];
      return [
        `${row}: ${median.toPrecision(3)} of ${peer}, was ${before.median} [${before.min}–${before.max}]`,
      ];
    }),
  );
