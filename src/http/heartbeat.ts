import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '#src/lib/clock';

export interface Heartbeat {
  /** Writes a comment to this event stream now and then, until it has ended. */
  keepOpen(stream: ServerResponse): void;
}

/** Milliseconds: proxies close connections on which nothing is sent for longer. */
const interval = 15_000;

/** Written to in one turn; other work gets its own after each group. */
const groupSize = 50;

/** All event streams share one timer. */
export const createHeartbeat = ({ clock }: { readonly clock: Clock }): Heartbeat => {
  /** When each is due, the next one first: all wait equally long. */
  const due = new Map<ServerResponse, number>();
  let isRunning = false;

  const isDue = (time: number | undefined): boolean => time !== undefined && time <= clock.monotonic();

  const beat = (stream: ServerResponse): void => {
    due.delete(stream);
    // Writing to it would be an error that nobody handles.
    if (stream.destroyed || stream.writableEnded) return;
    stream.write(': waiting\n\n');
    due.set(stream, clock.monotonic() + interval);
  };

  const run = async (): Promise<void> => {
    for (let [next] = due.values(); next !== undefined; [next] = due.values()) {
      if (!isDue(next)) await clock.wait(next - clock.monotonic());
      else await setImmediate();
      for (const [stream, time] of due.entries().take(groupSize).toArray()) if (isDue(time)) beat(stream);
    }
    isRunning = false;
  };

  return {
    keepOpen: (stream) => {
      stream.on('close', () => due.delete(stream));
      beat(stream);
      if (isRunning) return;
      isRunning = true;
      void run();
    },
  };
};
