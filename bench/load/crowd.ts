// A crowd of apps, in a process of its own: so many a second, whether or not earlier ones have been answered.

import { setTimeout as wait } from 'node:timers/promises';
import type { Target } from '../rows/row.ts';
import { wishesFor } from '../rows/wishes.ts';
import { type Attempt, createClients } from './client.ts';

export interface CrowdOrder {
  readonly target: Target;
  readonly perSecond: number;
  readonly ms: number;
}

/** What became of the attempts that ended within one second. */
export interface Second {
  readonly calls: number;
  readonly polls: number;
  readonly refused: number;
  readonly late: number;
  readonly failed: number;
  /** Milliseconds that calls took that were served. */
  readonly took: readonly number[];
}

const secondOf = (attempts: readonly Attempt[]): Second => {
  const count = (became: Attempt['became']): number =>
    attempts.filter((attempt) => attempt.became === became).length;
  const calls = attempts.filter(({ kind, became }) => kind === 'call' && became === 'served');
  return {
    calls: calls.length,
    polls: count('served') - calls.length,
    refused: count('refused'),
    late: count('late'),
    failed: count('failed'),
    took: calls.map(({ took }) => took),
  };
};

const wishes = new Map<string, ReturnType<typeof wishesFor>>();
/** Clients of earlier orders may still be trying. */
const crowds = new Map<string, { clients: ReturnType<typeof createClients>; attempts: Attempt[] }>();

const crowdAt = (origin: string) => {
  const attempts: Attempt[] = [];
  const crowd = crowds.get(origin) ?? {
    attempts,
    clients: createClients(origin, (attempt) => attempts.push(attempt)),
  };
  crowds.set(origin, crowd);
  return crowd;
};

const run = async ({ target, perSecond, ms }: CrowdOrder): Promise<readonly Second[]> => {
  const { origin } = target;
  const next = await (wishes.get(origin) ?? wishesFor(target));
  wishes.set(origin, Promise.resolve(next));
  const { clients, attempts } = crowdAt(origin);
  attempts.length = 0;
  const started = performance.now();
  for (let sent = 0; sent < (perSecond * ms) / 1_000; ) {
    const due = Math.floor(((performance.now() - started) * perSecond) / 1_000);
    for (; sent < due; sent += 1) void clients.send(next());
    await wait(1);
  }
  const bySecond = Map.groupBy(attempts.splice(0), ({ endedAt }) => Math.floor((endedAt - started) / 1_000));
  return Array.from({ length: Math.floor(ms / 1_000) }, (_, second) => secondOf(bySecond.get(second) ?? []));
};

process.on('message', async (order: CrowdOrder) => {
  process.send?.(await run(order).catch((error: unknown) => ({ failed: String(error) })));
});
process.on('disconnect', () => process.exit());
