import type { Clock } from '#src/lib/clock';
import type { Allowance, Limits } from '../allowance.ts';
import type { AllowanceStore } from '../ports.ts';
import { reserve, silence } from '../rate-policy.ts';
import { createLaneHolders } from './lane-holders.ts';
import type { Peer } from './peer.ts';

export interface Silence {
  readonly key: string;
  readonly until: number;
}

/** Milliseconds that a worker waits for the primary. */
export const maxWait = 1_000;
/** Milliseconds. */
const releaseInterval = 1_000;
/** One for each device that calls. */
const max = 100_000;

interface Entry {
  /** Undefined until every lane has been given up. */
  allowance: Allowance | undefined;
  readonly collected: Promise<Allowance>;
}

export interface Ledger extends Pick<AllowanceStore, 'silence'> {
  reserve(call: Parameters<AllowanceStore['reserve']>[0]): Promise<number>;
  /** A worker has these lanes from now on, with everything that counts already. Returns when the last one had them. */
  admit(worker: number, peer: Peer): void;
  /** The worker has ended. */
  dismiss(worker: number): void;
  close(): void;
}

interface Deps {
  readonly workers: number;
  readonly clock: Clock;
}

/** The allowances of keys whose lanes have been given up, counted in one place until they are whole again. */
export const createLedger = ({ workers, clock }: Deps): Ledger => {
  const entries = new Map<string, Entry>();
  const holders = createLaneHolders({ workers, clock });
  const closed = new AbortController();

  const release = (keys: string[]): void => {
    for (const key of keys) entries.delete(key);
    if (keys.length > 0) holders.tell('allowances.released', keys);
  };

  const open = (key: string, limits: Limits): Entry => {
    if (entries.size >= max) release(entries.keys().take(1).toArray());
    const entry: Entry = { allowance: undefined, collected: holders.join(key, limits) };
    entries.set(key, entry);
    return entry;
  };

  /** Replaces the allowance of a key by what is left of it. */
  const change = async <T>(
    key: string,
    limits: Limits,
    act: (allowance: Allowance) => [Allowance, T],
  ): Promise<T> => {
    const entry = entries.get(key) ?? open(key, limits);
    const collected = await entry.collected;
    const [left, result] = act(entry.allowance ?? collected);
    entry.allowance = left;
    return result;
  };

  /** Workers use their lanes again. Messages arrive in order, so a lane that is collected after this has been released. */
  const releaseWhole = (): void => {
    const now = clock.monotonic();
    const whole = [...entries].filter(([, { allowance }]) => allowance && allowance.replenishedAt <= now);
    release(whole.map(([key]) => key));
  };
  const run = async (): Promise<void> => {
    for (;;) {
      await clock.wait(releaseInterval, closed.signal);
      releaseWhole();
    }
  };
  run().catch(() => undefined); // ends by its signal only

  return {
    reserve: ({ key, limits, now, latest }) =>
      change(key, limits, (allowance) => {
        const { at, left } = reserve(allowance, now, limits);
        return [at <= latest ? left : allowance, at];
      }),
    silence: async ({ key, limits, now, pause }) => {
      const until = await change(key, limits, (allowance) => {
        const left = silence(allowance, now, pause, limits);
        return [left, left.quietUntil];
      });
      await holders.ask('allowances.silenced', { key, until });
    },
    admit: (worker, peer) => {
      holders.admit(worker, peer);
      peer.tell('allowances.counted', [...entries.keys()]);
      for (const [key, { allowance }] of entries)
        if (allowance && allowance.quietUntil > clock.monotonic())
          peer.tell('allowances.silenced', { key, until: allowance.quietUntil });
    },
    dismiss: holders.dismiss,
    close: () => closed.abort(),
  };
};
