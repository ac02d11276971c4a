import { type Spread, spreadOf } from './measure/spread.ts';
import { ratiosOf } from './ratios.ts';
import type { Measurement } from './rounds.ts';
import { peers, type Row } from './rows/row.ts';

/** Tables in Markdown: what a request costs, and how it is served. */
export const report = (measured: readonly Measurement[], rows: readonly Row[]): string =>
  [costs(measured), service(measured, rows)].join('\n\n');

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
    return [row, micros, ...cells];
  });
  return table(['CPU', 'Kinpass, µs', ...present], lines);
};

const service = (measured: readonly Measurement[], rows: readonly Row[]): string => {
  const shown = rows.flatMap((row) =>
    ['kinpass', ...(row.latency ? row.peers : [])].map((who) => ({
      name: who === 'kinpass' ? row.name : `— ${who}`,
      rounds: measured.filter((each) => each.row === row.name && each.who === who),
    })),
  );
  const lines = shown.filter(({ rounds }) => rounds.length > 0).map(serviceLine);
  const heads = ['service', 'requests/s', 'p50 ms', 'p99 ms', 'timers late ms', 'RSS MB', 'tokens reused'];
  return table([...heads, 'errors'], lines);
};

const serviceLine = ({
  name,
  rounds,
}: {
  name: string;
  rounds: readonly Measurement[];
}): readonly string[] => {
  const median = (value: (each: Measurement) => number): number => spreadOf(rounds.map(value)).median;
  const late = median(({ sample }) => sample.delay);
  const serviceTokens = median(({ seen }) => seen.serviceTokens);
  const signed = median(({ seen }) => seen.newServiceTokens);
  return [
    name,
    number(median(({ outcome }) => outcome.perSecond)),
    number(median(({ outcome }) => outcome.p50)),
    number(median(({ outcome }) => outcome.p99)),
    late > 0 ? number(late) : '',
    number(median(({ sample }) => sample.rss / 1_048_576)),
    serviceTokens > 0 ? `${number(100 * (1 - signed / serviceTokens))} %` : '',
    String(rounds.reduce((sum, { outcome }) => sum + outcome.errors, 0)),
  ];
};
