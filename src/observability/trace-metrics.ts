import { Counter, type Registry } from 'prom-client';

/** Traces of requests (`kinpass trace`), by what became of them. */
export const countTraces = (registry: Registry) => {
  const traces = new Counter({
    name: 'kinpass_traces_total',
    help: 'Requests that failed, of which a trace was stored, dropped because too many were waiting, or failed to be stored',
    labelNames: ['result'],
    registers: [registry],
  });
  return {
    tracesCounted: ({ result, count }: { readonly result: string; readonly count: number }): void =>
      traces.inc({ result }, count),
  };
};
