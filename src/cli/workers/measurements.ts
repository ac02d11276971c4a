import type { Json } from '#src/lib/json';
import { type Snapshot, sumOf } from '#src/observability/metrics';

/**
 * What workers have measured. A worker that ended leaves its counts behind: the sum of all never falls, which Prometheus
 * would take for a restart of the gateway.
 */
export const createMeasurements = () => {
  const latest = new Map<number, Snapshot>();
  let left: Snapshot[] = [];
  return {
    keep: (worker: number, snapshot: Json): void => {
      latest.set(worker, snapshot as unknown as Snapshot);
    },
    ended: (worker: number): void => {
      const counts = latest.get(worker)?.filter(({ type }) => String(type) !== 'gauge') ?? [];
      latest.delete(worker);
      left.push(counts);
    },
    all: async (): Promise<readonly Snapshot[]> => {
      const before = left.splice(0);
      left = before.length > 1 ? [await sumOf(before), ...left] : [...before, ...left];
      return [...left, ...latest.values()];
    },
  };
};
