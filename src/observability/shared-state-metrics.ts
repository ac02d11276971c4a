import { Counter, Gauge, type Registry } from 'prom-client';

/** The server that several nodes share their state in. */
export interface SharedStateMeasure {
  readonly up: boolean;
  /** Processes that serve apps. */
  readonly nodes: number;
  /** Calls by what they were for, and how they ended. */
  readonly calls: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

/** Read at each scrape. */
export const measureSharedState = (registry: Registry, read: () => SharedStateMeasure): void => {
  const gauge = (name: string, help: string, value: (measure: SharedStateMeasure) => number) =>
    new Gauge({
      name,
      help,
      // It is up if all processes reach it, and each of them counts all nodes.
      aggregator: 'min',
      registers: [registry],
      collect() {
        this.set(value(read()));
      },
    });
  gauge('kinpass_shared_state_up', 'Whether the shared state is reached', ({ up }) => (up ? 1 : 0));
  gauge('kinpass_shared_state_nodes', 'Processes that share it', ({ nodes }) => nodes);
  new Counter({
    name: 'kinpass_shared_state_calls_total',
    help: 'Calls to the shared state: ok, failed, or skipped because it is away',
    labelNames: ['port', 'result'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [port, results] of read().calls)
        for (const [result, count] of Object.entries(results)) this.inc({ port, result }, count);
    },
  });
};
