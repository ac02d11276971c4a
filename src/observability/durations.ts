import type { Metric, MetricValueWithName, Registry } from 'prom-client';

type Labels = Readonly<Record<string, string | number>>;

interface Options {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly [string, string];
  /** Upper bounds in seconds, the lowest first. */
  readonly buckets: readonly number[];
}

/** What was observed under one pair of labels. */
interface Series {
  readonly labels: Labels;
  /** By bucket, not yet added up. */
  readonly counts: number[];
  sum: number;
  count: number;
}

type Value = MetricValueWithName<string>;

/**
 * A histogram as of prom-client, whose own would build, check and hash an object of labels for each observation.
 * Returns how to observe a duration in seconds.
 */
export const createDurations = (registry: Registry, options: Options) => {
  const { name, help, labelNames, buckets } = options;
  const series = new Map<string, Map<string | number, Series>>();

  const begin = (first: string, second: string | number): Series => {
    const labels = { [labelNames[0]]: first, [labelNames[1]]: second };
    const begun: Series = { labels, counts: buckets.map(() => 0), sum: 0, count: 0 };
    const ofFirst = series.get(first) ?? new Map<string | number, Series>();
    series.set(first, ofFirst.set(second, begun));
    return begun;
  };

  const valuesOf = ({ labels, counts, sum, count }: Series): Value[] => {
    let total = 0;
    const bucket = (le: string | number, value: number): Value => ({
      metricName: `${name}_bucket`,
      labels: { le, ...labels },
      value,
    });
    return [
      ...buckets.map((bound, index) => {
        total += counts[index] ?? 0;
        return bucket(bound, total);
      }),
      bucket('+Inf', count),
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  };

  const get = async () => {
    const values = [...series.values()].flatMap((ofFirst) => [...ofFirst.values()]).flatMap(valuesOf);
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  };
  // A registry asks its metrics for a name and for this.
  registry.registerMetric({ name, get } as unknown as Metric);

  return (first: string, second: string | number, seconds: number): void => {
    const found = series.get(first)?.get(second) ?? begin(first, second);
    found.count += 1;
    found.sum += seconds;
    const bucket = buckets.findIndex((bound) => seconds <= bound);
    if (bucket !== -1) found.counts[bucket] = (found.counts[bucket] ?? 0) + 1;
  };
};
