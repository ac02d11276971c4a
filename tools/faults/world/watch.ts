import { setTimeout } from 'node:timers/promises';
import type { ApiAnswer, Device } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import type { Figures } from '../fault.ts';

/** `refused`: a gateway error that the fault excuses. */
export interface Outcome {
  readonly is: 'right' | 'refused' | 'wrong';
  readonly text: string;
}

export type Ask = () => Promise<Outcome>;

export const right: Outcome = { is: 'right', text: '' };
export const wrong = (text: string): Outcome => ({ is: 'wrong', text });
export const refused = (text: string): Outcome => ({ is: 'refused', text });

/** A gateway error: something behind the gateway failed. */
const excused: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Expects this status; a gateway error is a refusal, anything else is wrong. */
export const judged = (
  { status, text, body }: ApiAnswer,
  isRight: (answer: { status: number; text: string }) => boolean,
): Outcome => {
  if (isRight({ status, text })) return right;
  const code = String(body['code'] ?? body['error'] ?? '');
  const said = `${status} ${text.slice(0, 200)}`;
  return excused.has(status) && code !== '' ? refused(said) : wrong(said);
};

/** The owner of the profiles in a response, as text; without what Adobe encrypts differently each time. */
export const ownerOf = (text: string): string => {
  try {
    const { profiles } = JSON.parse(text) as {
      profiles: Record<string, { type: string; attributes: { userID: { value: string } } }>;
    };
    const owners = Object.entries(profiles).map(
      ([mvpd, { type, attributes }]) => `${mvpd} ${type} ${attributes.userID.value}`,
    );
    return `of ${owners.sort().join(', ') || 'nobody'}`;
  } catch {
    return text;
  }
};

/** Requests the device's profiles, and expects them to be the same as now. */
export const ownProfiles = async (device: Device): Promise<Ask> => {
  const own = await device.profiles();
  if (own.status !== 200) throw new Error(`${device.name} has no profiles: ${own.status} ${own.text}`);
  const owner = ownerOf(own.text);
  return async () =>
    judged(await device.profiles(), ({ status, text }) => status === 200 && ownerOf(text) === owner);
};

/** Exchanges the device's refresh token. */
export const refreshing =
  (device: Device): Ask =>
  async () => {
    device.use(await device.signIn.refresh(device.tokens?.refreshToken ?? ''));
    return right;
  };

export interface Watch {
  readonly requests: number;
  readonly refused: number;
  /** Milliseconds of each response, in order of arrival. */
  readonly took: readonly number[];
  /** Sends one request and counts the outcome. A failure to connect is `lost`. */
  ask(ask: Ask): Promise<Outcome['is'] | 'lost'>;
  /** Sends requests in parallel `lanes`, with a `pause` of ms between two of a lane, until it is stopped. */
  steadily(asks: readonly Ask[], pause: number): { stop(): Promise<void> };
  /** A fault begins: refusals are excused from now on. */
  planted(): void;
  /** The fault is gone: recovery is the time until the last refusal after it. */
  removed(): void;
  /** Records something else that is wrong. */
  note(text: string): void;
  figures(more?: Partial<Figures>): Figures;
}

/** Counts requests before, during and after a fault. */
export const createWatch = ({ excuses = true }: { readonly excuses?: boolean } = {}): Watch => {
  const took: number[] = [];
  const examples: string[] = [];
  const counts = { requests: 0, wrong: 0, lost: 0, refused: 0 };
  let isPlanted = false;
  let removedAt: number | undefined;
  let recovery = 0;

  const example = (text: string): void => void (examples.length < 20 && examples.push(text));
  const failed = <T extends 'wrong' | 'lost'>(is: T, text: string): T => {
    counts[is] += 1;
    example(`${is}: ${text}`);
    return is;
  };

  const ask: Watch['ask'] = async (asked) => {
    const began = systemClock.monotonic();
    counts.requests += 1;
    const outcome = await asked().catch(String);
    const now = systemClock.monotonic();
    took.push(now - began);
    if (typeof outcome === 'string') return failed('lost', outcome);
    const { is, text } = outcome;
    if (is === 'wrong') return failed(is, text);
    if (is === 'refused') {
      counts.refused += 1;
      // A request that began under the fault may end after it.
      if (removedAt !== undefined) recovery = Math.max(recovery, now - removedAt);
      if (!isPlanted || !excuses) return failed('wrong', text);
    }
    return is;
  };

  return {
    get requests() {
      return counts.requests;
    },
    get refused() {
      return counts.refused;
    },
    took,
    ask,
    steadily: (asks, pause) => {
      const stopped = new AbortController();
      const run = async (asked: Ask): Promise<void> => {
        while (!stopped.signal.aborted) {
          await ask(asked);
          await setTimeout(pause, undefined, { signal: stopped.signal }).catch(() => undefined);
        }
      };
      const running = asks.map(run);
      return {
        stop: async () => {
          stopped.abort();
          await Promise.all(running);
        },
      };
    },
    planted: () => {
      isPlanted = true;
      removedAt = undefined;
    },
    removed: () => {
      removedAt = systemClock.monotonic();
    },
    note: (text) => void failed('wrong', text),
    figures: (more = {}) => {
      const { requests, wrong: wrongs, lost } = counts;
      return { requests, wrong: wrongs, lost, recovery, examples, ...more };
    },
  };
};

/** Repeats the request until the response is right; resolves to the milliseconds that it took. */
export const untilRight = async (ask: Ask, longest = 30_000): Promise<number> => {
  const began = systemClock.monotonic();
  for (;;) {
    const outcome = await ask().catch((error: unknown) => wrong(String(error)));
    const past = systemClock.monotonic() - began;
    if (outcome.is === 'right') return past;
    if (past > longest) throw new Error(`not served after ${longest} ms: ${outcome.text}`);
    await setTimeout(20);
  }
};

/** The 99th percentile. */
export const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? 0;
