import type { Kinpass } from './contenders/kinpass.ts';
import { type Spread, spreadOf } from './measure/spread.ts';
import { ratiosOf } from './ratios.ts';
import type { Measurement } from './rounds.ts';
import { fewAccounts, peers, type Row } from './rows/row.ts';

/** Tables in Markdown: what a request costs, how it is served, and what became of the processes. */
export const report = (
  measured: readonly Measurement[],
  rows: readonly Row[],
  gateways: readonly Kinpass[],
): string => [costs(measured), service(measured, rows), processes(measured, rows, gateways)].join('\n\n');

const number = (value: number): string =>
  value.toLocaleString('en', value < 10 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 0 });

const spreadText = ({ median, min, max }: Spread): string =>
  `${number(median)} [${number(min)}–${number(max)}]`;

const table = (heads: readonly string[], lines: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Microseconds of Kinpass, and how much of them each peer needs for the same. */
const costs = (measured: readonly Measurement[]): string => {
  const present = peers.filter((peer) => measured.some(({ who }) => who === peer));
  const lines = Object.entries(ratiosOf(measured)).map(([row, byPeer]) => {
    const own = measured.filter((each) => each.row === row && each.who === 'kinpass');
    const micros = spreadText(spreadOf(own.map(({ cpuPerRequest }) => cpuPerRequest)));
    const cells = present.map((peer) => byPeer[peer]).map((spread) => (spread ? spreadText(spread) : ''));
    return [row, micros, ownShare(own, measured), ...cells];
  });
  return table(['CPU', 'Kinpass, µs', 'own, µs', ...present], lines);
};

/** What Kinpass needs beyond Koa and its transport, in the same round. */
const ownShare = (own: readonly Measurement[], measured: readonly Measurement[]): string => {
  const beyond = own.flatMap(({ row, round, cpuPerRequest }) =>
    measured
      .filter((each) => each.row === row && each.round === round && each.who === 'koa-transport')
      .map((bare) => cpuPerRequest - bare.cpuPerRequest),
  );
  return beyond.length === 0 ? '' : spreadText(spreadOf(beyond));
};

const service = (measured: readonly Measurement[], rows: readonly Row[]): string => {
  const shown = rows.flatMap((row) =>
    (['kinpass', 'before', ...(row.peersServed ? row.peers : [])] as const).map((who) =>
      measured.filter((each) => each.row === row.name && each.who === who),
    ),
  );
  const lines = shown.flatMap((rounds) => (rounds[0] ? [serviceLine(rounds[0], rounds)] : []));
  const heads = [
    'service',
    'CPU µs',
    'requests/s',
    'p50 ms',
    'p99 ms',
    'timers late ms',
    'RSS MB',
    'tokens reused',
  ];
  return table([...heads, 'errors'], lines);
};

const serviceLine = ({ row, who }: Measurement, rounds: readonly Measurement[]): readonly string[] => {
  const median = (value: (each: Measurement) => number): number => spreadOf(rounds.map(value)).median;
  const late = median(({ sample }) => sample.delay);
  const own = who === 'kinpass' || who === 'before';
  return [
    who === 'kinpass' ? row : `— ${who}`,
    number(median(({ cpuPerRequest }) => cpuPerRequest)),
    number(median(({ outcome }) => outcome.perSecond)),
    number(median(({ outcome }) => outcome.p50)),
    number(median(({ outcome }) => outcome.p99)),
    late > 0 ? number(late) : '',
    number(median(({ sample }) => sample.rss / 1_048_576)),
    own ? reusedText(median(({ seen }) => seen.newServiceTokens / seen.serviceTokens)) : '',
    String(rounds.reduce((sum, { outcome }) => sum + outcome.errors, 0)),
  ];
};

/** Not a number where no call had a service token. */
const reusedText = (signed: number): string =>
  Number.isNaN(signed) ? '' : `${number(100 * (1 - signed))} %`;

/** The memory is that of the last measurement. */
const processes = (
  measured: readonly Measurement[],
  rows: readonly Row[],
  gateways: readonly Kinpass[],
): string => {
  const lines = gateways.map(({ target: { accounts }, startedIn }) => {
    const names = rows.filter((row) => (row.accounts ?? fewAccounts) === accounts).map(({ name }) => name);
    const own = measured.filter(({ who, row }) => who === 'kinpass' && names.includes(row));
    const requests = own.reduce((sum, { outcome }) => sum + outcome.requests, 0);
    const memory = own.at(-1)?.sample.rss ?? 0;
    return [number(accounts), number(startedIn), number(requests), number(memory / 1_048_576)];
  });
  return table(
    ['Kinpass with accounts', 'start to ready ms', 'requests counted', 'RSS MB at the end'],
    lines,
  );
};
