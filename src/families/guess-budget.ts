import type { Clock } from '#src/lib/clock';
import { type ErrorCode, fail } from '#src/lib/errors';
import { networkOf } from '#src/lib/ip-address';
import { compositeKey } from '#src/lib/single-flight';
import type { CounterStore } from '#src/stores/expiring-ports';

/** Whom a wrong code is counted against. */
export interface GuessSources {
  readonly address: string;
  /** The viewer. */
  readonly account?: string | undefined;
  readonly instance?: string | undefined;
}

export interface Attempt {
  /** The code was right, or nothing was looked up: this attempt does not count; earlier ones still do. */
  release(): Promise<void>;
  /** The code was wrong. */
  wrong(): void;
}

interface Deps {
  readonly counters: CounterStore;
  readonly clock: Clock;
  /** Which codes; each kind has budgets of its own. */
  readonly codes: string;
  readonly exceeded: ErrorCode;
  /** Called once per wrong code. */
  readonly wrongCode: () => void;
}

interface Counter {
  readonly key: string;
  readonly window: number;
  readonly max: number;
}

const burst = 10 * 60_000;
const day = 24 * 3_600_000;

/**
 * Wrong codes per ten minutes and per day. Enough for the typos of a household, or of those who share the address of a
 * carrier; no account or instance can use up what its network has. docs/decisions/0024 computes what guessing yields.
 */
const budgets = { account: [20, 100], instance: [20, 100], ipv4: [100, 300], ipv6: [30, 100] } as const;

/** Wrong codes of everybody per ten minutes: more of them make every answer wait, and never refuse one. */
const slowAfter = 1_000;
const longestDelay = 2_000;

export const delayAfter = (total: number): number =>
  Math.min(longestDelay, Math.floor(Math.max(0, total - slowAfter) / 2));

/** The names under which an attempt counts: the network instead of the address, so that a /64 is one source. */
const sourceKeys = ({ address, account, instance }: GuessSources) => {
  const network = networkOf(address);
  return [
    { kind: network.includes(':') ? 'ipv6' : 'ipv4', id: network },
    ...(account === undefined ? [] : [{ kind: 'account', id: account } as const]),
    ...(instance === undefined ? [] : [{ kind: 'instance', id: instance } as const]),
  ] as const;
};

/**
 * Budgets for wrong codes. An attempt is counted before the code is looked up, so that parallel guesses count, and given
 * back if the code was right; a right code resets nothing. Whoever is over budget is refused right codes too, and nobody
 * else ever is.
 */
export const createGuessBudget = ({ counters, clock, codes, exceeded, wrongCode }: Deps) => {
  const total = { key: compositeKey('wrong-codes', codes, 'total'), window: burst, max: Infinity };
  const countersOf = (sources: GuessSources): readonly Counter[] =>
    sourceKeys(sources).flatMap(({ kind, id }) =>
      [burst, day].map((window, index) => ({
        key: compositeKey('wrong-codes', codes, kind, id, String(window)),
        window,
        max: budgets[kind][index] ?? 0,
      })),
    );
  const change = (changed: readonly Counter[], by: 1 | -1) =>
    counters.add(
      changed.map(({ key, window }) => ({ key, by, window })),
      clock.now(),
    );

  return {
    /** Errors: `exceeded`, with the seconds until the sources may try again. */
    attempt: async (sources: GuessSources): Promise<Attempt> => {
      const own = [total, ...countersOf(sources)];
      const counts = await change(own, 1);
      const release = async () => void (await change(own, -1));
      const full = counts.filter(({ count }, index) => count > (own[index]?.max ?? 0));
      if (full.length > 0) {
        await release();
        const until = Math.max(...full.map((count) => count.until));
        throw fail(exceeded, { retryAfter: Math.max(1, Math.ceil((until - clock.now()) / 1000)) });
      }
      const delay = delayAfter(counts[0]?.count ?? 0);
      if (delay > 0) await clock.wait(delay);
      return { release, wrong: wrongCode };
    },
  };
};

export type GuessBudget = ReturnType<typeof createGuessBudget>;
