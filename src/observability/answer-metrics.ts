import { Counter, Gauge, type Registry } from 'prom-client';

/** Of the answers of Adobe that are kept in memory. */
export const measureAnswers = (registry: Registry) => {
  const lookUps = new Counter({
    name: 'kinpass_known_answer_lookups_total',
    help: 'Reads by what is read (profiles, configuration) and how: from memory (hit), from memory while it is read again (stale), with a read in flight (joined), at Adobe (miss)',
    labelNames: ['kind', 'result'],
    registers: [registry],
  });
  return {
    answerLookedUp: ({ kind, result }: { kind: string; result: string }): void =>
      lookUps.inc({ kind, result }),
    knownAnswers: (read: () => number): void => {
      new Gauge({
        name: 'kinpass_known_answers_bytes',
        help: 'Memory that answers of Adobe take',
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
  };
};
