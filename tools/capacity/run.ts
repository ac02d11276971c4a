// `npm run capacity -- --devices 3000000`: the capacity that a load needs. docs/capacity.md explains the figures.
import { parseArgs } from 'node:util';
import { evening } from './assumptions.ts';
import { pieces } from './pieces.ts';
import type { Assumptions } from './plan.ts';
import { bottleneckTable, journeyTable, planTable } from './tables.ts';

const option = (value: number) => ({ type: 'string', default: String(value) }) as const;

const { values } = parseArgs({
  options: {
    devices: option(evening.devices),
    minutes: option(evening.minutes),
    peak: option(evening.peak),
    viewer: option(evening.waits.viewer),
    'tv-provider': option(evening.waits.tvProvider),
    interval: option(evening.waits.interval),
    'core-speed': option(evening.coreSpeed),
    utilization: option(evening.utilization),
    workers: option(evening.workersPerNode),
    connections: option(evening.connectionsPerWorker),
    transaction: option(evening.transactionMs),
  },
});

const figure = (name: keyof typeof values): number => {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value > 0) return value;
  console.error(`--${name} must be a number above 0`);
  process.exit(2);
};

const assumptions: Assumptions = {
  ...evening,
  devices: figure('devices'),
  minutes: figure('minutes'),
  peak: figure('peak'),
  waits: { viewer: figure('viewer'), tvProvider: figure('tv-provider'), interval: figure('interval') },
  coreSpeed: figure('core-speed'),
  utilization: figure('utilization'),
  workersPerNode: figure('workers'),
  connectionsPerWorker: figure('connections'),
  transactionMs: figure('transaction'),
};

for (const part of [journeyTable(assumptions, pieces), planTable([assumptions], pieces)])
  console.log(`${part}\n`);
console.log(bottleneckTable([assumptions], pieces));
