/**
 * Soft state: what may vanish at a restart, but is shared by the processes of one gateway. This folder owns the ports, the
 * memory that serves them, and how workers and nodes share them. It refuses what must not be lost or happen twice: that is stored.
 * Every implementation passes `test/soft-state/conformance.ts`. Each method takes and returns data, reads no clock, and
 * ends within a bounded time. Where the state is kept elsewhere and cannot be reached, the process goes on with a state of
 * its own: no call fails because of it. Times are milliseconds of the monotonic clock, which is the same for processes of one
 * machine; `now` is the caller's reading. What serves several machines keeps the differences.
 */
import type { Json, JsonObject } from '#src/lib/json';
import type { Limits } from './allowance.ts';

/** How often something may be asked for. */
export interface Pace {
  readonly interval: number;
  /** Requests this much too early are accepted. */
  readonly tolerance: number;
  /** Added to the interval at each request that is refused, up to `maxInterval`. */
  readonly penalty: number;
  readonly maxInterval: number;
}

export interface PaceStore {
  /** Compare-and-set: true if the last accepted request was at least an interval ago, or there is none until `expiresAt`. */
  accept(request: {
    readonly key: string;
    readonly now: number;
    readonly pace: Pace;
    readonly expiresAt: number;
  }): Promise<boolean>;
}

/** How the last probes arrived, by their id. */
export interface ProbeStore {
  remember(probe: {
    readonly id: string;
    readonly arrival: JsonObject;
    readonly expiresAt: number;
  }): Promise<void>;
  /** Never returns an expired one. */
  find(id: string, now: number): Promise<JsonObject | undefined>;
}

export interface AllowanceStore {
  /**
   * Reserves one more call for this key at the earliest time that `limits` allow, and returns that time: at once where
   * this process can tell by itself. Nothing is reserved when it is later than `latest`.
   */
  reserve(call: {
    readonly key: string;
    readonly limits: Limits;
    readonly now: number;
    readonly latest: number;
  }): number | Promise<number>;
  /** No calls for this key for `pause` milliseconds, whatever was reserved, and no burst after that. */
  silence(silence: {
    readonly key: string;
    readonly limits: Limits;
    readonly now: number;
    readonly pause: number;
  }): Promise<void>;
  /** Until when the key is silenced, or a time that is over. */
  quietUntil(key: string): Promise<number>;
}

export type PollTurn =
  | { readonly mine: true }
  /** Another one has asked. `answer` is the last one, if there has been one; the next turn begins at `next`. */
  | { readonly mine: false; readonly next: number; readonly answer?: Json | undefined };

/** The turn of one caller. */
export interface OwnTurn {
  readonly key: string;
  readonly owner: string;
}

export interface TurnRequest extends OwnTurn {
  readonly now: number;
  readonly interval: number;
}

/** Polls that several processes wait for: one asks, all get the answer. */
export interface PollStore {
  /** Compare-and-set: the turn to poll, with one owner per key and interval. */
  take(request: TurnRequest): Promise<PollTurn>;
  /** The turn lasts an interval from now, if it is still this owner's; else false. */
  renew(request: TurnRequest): Promise<boolean>;
  /**
   * Tells everyone else who follows the key, and, if it is `kept`, whoever asks for a turn before the next one begins. An
   * answer that is not kept is the last one: the next turn is free. No effect if the turn is not this owner's any more.
   */
  publish(poll: OwnTurn & { readonly answer: Json; readonly kept: boolean }): Promise<void>;
  /** The next turn is free: whoever had this one has no answer. No effect on the turn of another owner. */
  release(turn: OwnTurn): Promise<void>;
  /** Calls the listener with each answer that others publish. Returns how to stop that. */
  follow(key: string, listener: (answer: Json) => void): () => void;
}

/** What changed, by kind and id. */
export interface Notice {
  readonly kind: string;
  readonly id: string;
}

export type NoticeListener = (notices: readonly Notice[]) => Promise<void>;

export interface NoticeBoard {
  /** Tells every other process. Resolves when all have acted on it, after a second at the latest. Never rejects. */
  send(notices: readonly Notice[]): Promise<void>;
  /** Calls the listener with what others send. Returns how to stop that. */
  receive(listener: NoticeListener): () => void;
}

export interface SoftState {
  readonly paces: PaceStore;
  readonly probes: ProbeStore;
  readonly allowances: AllowanceStore;
  readonly polls: PollStore;
  readonly notices: NoticeBoard;
}
