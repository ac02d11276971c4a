import { AggregatorRegistry, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createDurations } from '#src/observability/durations';

const buckets = [0.005, 0.01, 0.5, 10];
const options = { name: 'took_seconds', help: 'How long it took', buckets };

/** Ours and prom-client's own, of the same observations. */
const bothOf = (
  observations: readonly (readonly [route: string, status: string | number, seconds: number])[],
) => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const labelNames = ['route', 'status'] as const;
  const observe = createDurations(ours, { ...options, labelNames });
  const histogram = new Histogram({ ...options, labelNames, registers: [theirs] });
  for (const [route, status, seconds] of observations) {
    observe(route, status, seconds);
    histogram.observe({ route, status }, seconds);
  }
  return { ours, theirs };
};

const observations = [
  ['home', 200, 0],
  ['home', 200, 0.005],
  ['home', 404, 0.0051],
  ['home', 200, 11],
  ['profiles.all', 'network_error', 0.4],
  ['profiles.all', 200, 10],
  ['a "quoted" \\ name', 200, 1],
] as const;

const linesOf = (text: string): string[] => text.split('\n').sort();

test.each([[[]], [observations.slice(0, 1)], [observations]])(
  'is told as prom-client would tell it: %j',
  async (observed) => {
    const { ours, theirs } = bothOf(observed);
    expect(linesOf(await ours.metrics())).toEqual(linesOf(await theirs.metrics()));
  },
);

test('is added up with other processes as theirs is', async () => {
  const { ours, theirs } = bothOf(observations);
  const sum = async (registry: Registry) => {
    const snapshot = await registry.getMetricsAsJSON();
    return linesOf(await AggregatorRegistry.aggregate([snapshot, snapshot]).metrics());
  };
  expect(await sum(ours)).toEqual(await sum(theirs));
});
