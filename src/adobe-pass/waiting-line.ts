import type { Clock } from '#src/lib/clock';
import { fail, type KinpassError } from '#src/lib/errors';
import { displacedBy, nextOf, type Waiting, worstOf } from './fair-order.ts';

/** A call that wants to go out. */
export interface Turn extends Waiting {
  /** By the monotonic clock. */
  readonly latest: number;
  readonly signal?: AbortSignal | undefined;
}

/** Those who wait behind one address, and the times that are reserved for as many calls: who goes when is seen then. */
export interface WaitingLine {
  /**
   * Resolves when the call may go out. `at` is the time that was reserved for it; where it is later than the call's latest, nothing
   * was. Errors: gateway_address_busy; the signal's reason when it is aborted.
   */
  join(turn: Turn, at: number): Promise<void>;
}

interface Deps {
  readonly clock: Clock;
  /** Reserves one more call at the earliest time; nothing, if that is later than `latest`. */
  reserve(latest: number): Promise<number>;
  /** Until when Adobe has silenced the address. */
  quietUntil(): Promise<number>;
  /** Nobody waits any more. */
  emptied(): void;
}

interface Place extends Turn {
  readonly go: () => void;
  readonly giveUp: (error: unknown) => void;
}

/** Milliseconds by which calls that have waited go out late: of two the first may take longer to Adobe than the second. */
const lateness = 50;

/** There may be room again at `at`. */
export const addressBusy = (at: number, now: number): KinpassError =>
  fail('gateway_address_busy', { retryAfter: Math.max(1, Math.ceil((at - now) / 1000)) });

export const createWaitingLine = ({ clock, reserve, quietUntil, emptied }: Deps): WaitingLine => {
  const places = new Set<Place>();
  let slots: number[] = [];
  /** When each device had its last turn, by number. */
  const turns = new Map<string, number>();
  let turn = 0;
  let due = 0;
  let woken = new AbortController();
  let isServing = false;

  const refuse = (place: Place, at = slots.at(-1) ?? 0): void => {
    places.delete(place);
    place.giveUp(addressBusy(at, clock.monotonic()));
  };

  /** After a 429: what was reserved before is void. Who finds no time any more is refused. */
  const reserveAgain = async (): Promise<void> => {
    slots = [];
    const { times, at } = await timesFor(places, reserve);
    slots = [...times, ...slots];
    for (let worst = worstOf([...places]); worst && places.size > slots.length; worst = worstOf([...places]))
      refuse(worst, at);
  };

  const serveOne = async (): Promise<void> => {
    if ((await quietUntil()) > clock.monotonic()) return reserveAgain();
    const next = nextOf([...places], turns);
    if (!next) return;
    slots.shift();
    turns.set(next.device, turn++);
    places.delete(next);
    next.go();
  };

  const untilDue = async (): Promise<void> => {
    const firstLate = Math.min(...[...places].map(({ latest }) => latest)) + 1;
    due = Math.min(slots[0] ?? firstLate, firstLate) + lateness;
    woken = new AbortController();
    await clock.wait(Math.max(0, due - clock.monotonic()), woken.signal).catch(() => undefined);
  };

  const serve = async (): Promise<void> => {
    while (places.size > 0) {
      await untilDue();
      const now = clock.monotonic() - lateness;
      if (slots[0] !== undefined && slots[0] <= now) await serveOne();
      for (const place of places) if (place.latest < now) refuse(place);
    }
    isServing = false;
    emptied();
  };

  const begin = (): void => {
    isServing = true;
    serve().catch((error: unknown) => {
      for (const place of places) place.giveUp(error);
      emptied();
    });
  };

  /** Makes room for a call that finds no time of its own, or refuses it. */
  const displace = (newcomer: Turn, at: number): void => {
    if (slots.length > places.size) return;
    const displaced = displacedBy([...places], newcomer);
    if (!displaced) throw addressBusy(at, clock.monotonic());
    refuse(displaced, at);
  };

  return {
    join: async (newcomer, at) => {
      const { latest } = newcomer;
      if (at > latest) displace(newcomer, at);
      else insert(slots, at);
      const gone = stand(places, newcomer, () => woken.abort());
      if (!isServing) begin();
      else if (Math.min(at, latest + 1) + lateness < due) woken.abort();
      return gone;
    },
  };
};

/** Resolves when it is this call's turn. */
const stand = (places: Set<Place>, turn: Turn, left: () => void): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const place = { ...turn, go: resolve, giveUp: reject };
  const aborted = () => {
    places.delete(place);
    reject(turn.signal?.reason);
    left();
  };
  places.add(place);
  turn.signal?.addEventListener('abort', aborted, { once: true });
  return promise.finally(() => turn.signal?.removeEventListener('abort', aborted));
};

/** A time for each, as far as there are any; `at` is the last one that was found. */
const timesFor = async (places: ReadonlySet<Place>, reserve: Deps['reserve']) => {
  const times: number[] = [];
  let at = 0;
  while (times.length < places.size) {
    const latest = Math.max(...[...places].map((place) => place.latest));
    at = await reserve(latest);
    if (at > latest) break;
    times.push(at);
  }
  return { times, at };
};

/** In the order of time; most come last. */
const insert = (times: number[], at: number): void => {
  const last = times.at(-1) ?? at;
  times.push(at);
  if (at < last) times.sort((a, b) => a - b);
};
