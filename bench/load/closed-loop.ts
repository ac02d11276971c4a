import type { Call } from '../rows/row.ts';
import { openConnection } from './connection.ts';
import { createTally, type Outcome } from './outcome.ts';

interface Options {
  readonly origin: string;
  readonly call: Call;
  readonly connections: number;
  readonly ms: number;
}

/** Each connection asks again as soon as it is answered: as much as the server can do. One that fails, rests. */
export const runClosedLoop = async ({ origin, call, connections, ms }: Options): Promise<Outcome> => {
  const opened = await Promise.all(Array.from({ length: connections }, () => openConnection(origin)));
  const tally = createTally();
  const end = performance.now() + ms;
  await Promise.all(
    opened.map(async (connection) => {
      while (performance.now() < end && (await tally.count(() => call(connection))));
    }),
  );
  for (const connection of opened) connection.close();
  return tally.outcome();
};
