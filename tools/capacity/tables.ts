import { evening, oneOfEach, places } from './assumptions.ts';
import { aboutJourneys, costOf, journeyNames, journeysFor } from './journeys.ts';
import type { Costs, Pieces, StepName } from './pieces.ts';
import { type Assumptions, bottlenecksOf, type Limits, type Plan, planFor, waitOf } from './plan.ts';
import { kilobytes, megabytes, milliseconds, number, table } from './table.ts';

const aboutSteps: Readonly<Record<StepName, string>> = {
  'sign-in': 'sign-in by device grant, including its pages',
  'first-call': 'first call of a device, which creates credentials at Adobe',
  session: 'POST sessions',
  'code-poll': 'GET profiles/code/{code}',
  'device-authorization': 'POST device/auth (part of a sign-in)',
  'device-poll': 'poll of a TV for its tokens, still pending',
  refresh: 'refresh',
  'first-call-with-token': 'first call with a new access token',
  call: 'call of a known caller',
  preauthorize: 'preauthorize',
  authorize: 'authorize',
};

const costHeads = [
  'gateway CPU, ms',
  'PostgreSQL: round trips',
  'PostgreSQL: commits',
  'PostgreSQL CPU, ms',
  'WAL, KB',
  'Redis: round trips',
  'calls to Adobe',
  'gateway I/O, KB',
];

const costCells = (costs: Costs): readonly string[] => [
  milliseconds(costs.gatewayMicros),
  number(costs.transactions),
  number(costs.commits),
  milliseconds(costs.postgresMicros),
  kilobytes(costs.walBytes),
  number(costs.redisCalls),
  number(costs.adobeCalls),
  kilobytes(costs.gatewayBytes),
];

export const stepTable = ({ steps }: Pieces): string =>
  table(
    ['step', ...costHeads],
    Object.entries(aboutSteps).map(([name, about]) => [about, ...costCells(steps[name as StepName])]),
  );

export const journeyTable = ({ waits }: Assumptions, { steps }: Pieces): string => {
  const journeys = journeysFor(waits);
  return table(
    ['journey', ...costHeads],
    journeyNames.map((name) => [
      `**${name}**: ${aboutJourneys[name]}`,
      ...costCells(costOf(journeys[name], steps)),
    ]),
  );
};

const planRows: readonly (readonly [string, (plan: Plan) => string])[] = [
  ['arrivals per second', ({ arrivals }) => number(arrivals)],
  ['workers, one core each', ({ workers }) => number(workers)],
  ['nodes, including one spare', ({ nodes }) => number(nodes)],
  ['PostgreSQL: round trips per second', ({ load }) => number(load.transactions)],
  ['PostgreSQL: commits per second', ({ load }) => number(load.commits)],
  ['PostgreSQL: WAL, MB per second', ({ load }) => megabytes(load.walBytes)],
  ['PostgreSQL: cores', ({ postgresCores }) => number(postgresCores)],
  ['PostgreSQL: connections in use at once', ({ connections }) => number(connections.busy)],
  ['PostgreSQL: connections that may be open', ({ connections }) => number(connections.opened)],
  ['Redis: round trips per second', ({ load }) => number(load.redisCalls)],
  ['calls to Adobe per second', ({ load }) => number(load.adobeCalls)],
  ['network of all nodes, in and out, MB per second', ({ load }) => megabytes(load.gatewayBytes)],
];

export const planTable = (columns: readonly Assumptions[], pieces: Pieces): string => {
  const plans = columns.map((assumptions) => planFor(assumptions, pieces));
  return table(
    [
      'at the peak',
      ...columns.map(({ devices, minutes }) => `${number(devices)} devices in ${minutes} minutes`),
    ],
    planRows.map(([name, cell]) => [name, ...plans.map(cell)]),
  );
};

const limitNames: Readonly<Record<keyof Limits, string>> = {
  commits: 'commits per second of one primary',
  walBytes: 'WAL of one primary, bytes per second',
  postgresCores: 'cores of one primary',
  connections: 'connections to one primary without a pooler',
  redisCalls: 'scripts per second of one Redis',
};

export const bottleneckTable = (columns: readonly Assumptions[], pieces: Pieces): string => {
  const [first, ...others] = columns.map((assumptions) =>
    bottlenecksOf(planFor(assumptions, pieces), oneOfEach),
  );
  return table(
    ['resource', 'assumed limit', ...columns.map(({ devices }) => `${number(devices)} devices`)],
    (first ?? []).map((bottleneck) => [
      limitNames[bottleneck.what],
      number(bottleneck.limit),
      ...[
        bottleneck,
        ...others.map((bottlenecks) => bottlenecks.find(({ what }) => what === bottleneck.what)),
      ].map((each) => `${number((each?.ratio ?? 0) * 100)} %`),
    ]),
  );
};

/** The share of commits that returning devices cause, percent. */
export const returningCommits = (assumptions: Assumptions, pieces: Pieces): string => {
  const { load, arrivals } = planFor(assumptions, pieces);
  const { return: journey } = journeysFor(assumptions.waits);
  const own = arrivals * (assumptions.shares.return ?? 0) * costOf(journey, pieces.steps).commits;
  return number((own / load.commits) * 100);
};

/** The first bottleneck. */
export const firstBottleneck = (assumptions: Assumptions, pieces: Pieces): string => {
  const [first] = bottlenecksOf(planFor(assumptions, pieces), oneOfEach);
  return first ? limitNames[first.what] : '';
};

export const placeTable = (pieces: Pieces): string => {
  const journeys = journeysFor({ ...evening.waits, viewer: 0, tvProvider: 0 });
  return table(
    ['PostgreSQL in', 'round trip, ms', ...journeyNames.map((name) => `${name}, ms`)],
    places.map(({ name, ms }) => [
      name,
      number(ms),
      ...journeyNames.map((journey) =>
        number(waitOf(costOf(journeys[journey], pieces.steps), { postgresMs: ms, redisMs: 0.5 })),
      ),
    ]),
  );
};
