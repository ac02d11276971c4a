import { setTimeout as wait } from 'node:timers/promises';
import type { Call } from '../rows/row.ts';
import { type Connection, openConnection } from './connection.ts';
import { createTally, type Outcome } from './outcome.ts';

interface Options {
  readonly origin: string;
  readonly call: Call;
  readonly perSecond: number;
  readonly ms: number;
}

/** Requests are sent at a fixed rate, whether or not earlier ones have been answered. */
export const runOpenLoop = async ({ origin, call, perSecond, ms }: Options): Promise<Outcome> => {
  const idle: Connection[] = await Promise.all(Array.from({ length: 16 }, () => openConnection(origin)));
  const tally = createTally();
  const running: Promise<void>[] = [];

  const send = async (): Promise<void> => {
    const connection = idle.pop() ?? (await openConnection(origin));
    await tally.count(() => call(connection));
    idle.push(connection);
  };

  const started = performance.now();
  for (let sent = 0; sent < (perSecond * ms) / 1_000; ) {
    const due = Math.floor(((performance.now() - started) * perSecond) / 1_000);
    for (; sent < due; sent += 1) running.push(send());
    await wait(1);
  }
  await Promise.all(running);
  for (const connection of idle) connection.close();
  return tally.outcome();
};
