/**
 * `npm run faults`: injects faults into running gateways and prints the results. `--only E9` (or several, separated by commas)
 * runs some, `--short` uses small numbers, `--list` lists them. Exit code 1 if a bound is exceeded.
 */
import { parseArgs } from 'node:util';
import { broken, type Figures, textOf } from './fault.ts';
import { faults } from './faults.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const ids = values.only?.split(',');
const chosen = faults.filter(({ id }) => ids?.includes(id) ?? true);

const boundOf = (within: number | undefined): string =>
  within === undefined ? '' : `${(within / 1_000).toFixed(1)} s`;

const row = (cells: readonly string[]): string =>
  [
    ...cells.slice(0, 1).map((cell) => cell.padEnd(5)),
    ...cells.slice(1, 7).map((cell, index) => cell.padStart([8, 5, 5, 6, 8, 7][index] ?? 0)),
    ...cells.slice(7),
  ].join('  ');

const cellsOf = ({ requests, wrong, lost, doubleSpent = 0, recovery }: Figures): string[] => [
  ...[requests, wrong, lost, doubleSpent].map(String),
  `${(recovery / 1_000).toFixed(1)} s`,
];

let isGood = chosen.length > 0;
if (!values.list)
  console.log(row(['fault', 'requests', 'wrong', 'lost', 'double', 'recovery', 'bound', 'verdict']));
for (const fault of chosen) {
  const { id, name, within, run } = fault;
  if (values.list) {
    console.log(`${id.padEnd(5)}  ${name}`);
    continue;
  }
  const figures = await run(values.short ? 'short' : 'whole').catch(
    (error: unknown): Figures => ({
      ...{ requests: 0, wrong: 0, lost: 0, recovery: 0 },
      examples: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    }),
  );
  if (typeof figures === 'string') {
    console.log(`${id.padEnd(5)}  not run: ${figures}`);
    continue;
  }
  const faultsOfIt = broken(fault, figures);
  const verdict = faultsOfIt.length === 0 ? 'passed' : 'FAILED';
  console.log(row([id, ...cellsOf(figures), boundOf(within), `${verdict}  ${name}`]));
  for (const measure of figures.measures ?? []) console.log(`       ${textOf(measure)}`);
  for (const example of [...faultsOfIt.map((text) => `failed: ${text}`), ...figures.examples.slice(0, 5)])
    console.log(`       ${example}`);
  isGood &&= faultsOfIt.length === 0;
}
process.exit(isGood ? 0 : 1);
