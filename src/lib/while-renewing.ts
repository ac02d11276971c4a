import type { Clock } from './clock.ts';

interface Renewing {
  readonly clock: Pick<Clock, 'wait'>;
  /** Milliseconds. */
  readonly interval: number;
  /** False once there is nothing left to renew. A failure is retried. */
  renew(): Promise<boolean>;
}

/** Does the work, and renews the lease it is done under until it ends. */
export const whileRenewing = async <T>(
  { clock, interval, renew }: Renewing,
  work: () => Promise<T>,
): Promise<T> => {
  const done = new AbortController();
  const keep = async (): Promise<void> => {
    do await clock.wait(interval, done.signal);
    while (await renew().catch(() => true));
  };
  keep().catch(() => undefined); // rejects when the work is done
  try {
    return await work();
  } finally {
    done.abort();
  }
};
