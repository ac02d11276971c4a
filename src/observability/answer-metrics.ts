import { Counter, Gauge, type Registry } from 'prom-client';

/** Of the answers of Adobe that are kept in memory. */
export const measureAnswers = (registry: Registry) => {
  const lookUps = new Counter({
    name: 'kinpass_known_answer_lookups_total',
    help: 'Reads by what is read (profiles, configuration, permits of preauthorization, stored profiles) and how: from memory (hit), from memory while it is read again (stale), with a read in flight (joined), at Adobe (miss)',
    labelNames: ['kind', 'result'],
    registers: [registry],
  });
  const drops = new Counter({
    name: 'kinpass_known_answer_drops_total',
    help: 'Answers that were dropped before their time, by why: what a call changed (call), a change of a sign-in, account, instance or of another process (change), an operator (notice), changes that may have been missed (gap)',
    labelNames: ['cause'],
    registers: [registry],
  });
  return {
    answersDropped: ({ cause, count }: { cause: string; count: number }): void => drops.inc({ cause }, count),
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
