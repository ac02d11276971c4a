/** Ports of what expires by itself; the others are in ports.ts. Times are epoch milliseconds. */
import type { Json, JsonObject } from '#src/lib/json';

/** Values that expire. Each kind has one owner, which parses what it reads. Values are sealed at rest. */
export type RecordKind =
  | 'transaction'
  | 'activation'
  | 'second-screen'
  | 'client-token'
  | 'adobe-access-token'
  | 'adobe-code'
  | 'mvpd-login'
  | 'approved-device'
  | 'resource-limit'
  | 'registered-domains'
  | 'found-profiles'
  | 'trace';

export interface ExpiringValue {
  readonly value: Json;
  readonly expiresAt: number;
}

export interface RecordEntry extends ExpiringValue {
  readonly key: string;
}

export interface RecordStore {
  put(kind: RecordKind, key: string, entry: ExpiringValue): Promise<void>;
  /** One transaction: each as `put`. */
  putAll(kind: RecordKind, entries: readonly RecordEntry[]): Promise<void>;
  /** Never returns an expired value. */
  get(kind: RecordKind, key: string, now: number): Promise<Json | undefined>;
  /** Atomic get and delete: of any number of concurrent calls one gets the value. */
  take(kind: RecordKind, key: string, now: number): Promise<Json | undefined>;
  delete(kind: RecordKind, key: string): Promise<void>;
  /** One transaction: as `put`, if the lease is still this owner's, as in `LeaseStore.renew`; else false. */
  putFenced(lease: HeldLease, kind: RecordKind, key: string, entry: ExpiringValue): Promise<boolean>;
}

export interface HeldLease {
  readonly name: string;
  readonly owner: string;
}

export interface LeaseRequest extends HeldLease {
  readonly until: number;
  readonly now: number;
}

/** A lease is held by one owner until it expires. */
export interface LeaseStore {
  /** Compare-and-set: true if the lease was free, had expired, or is this owner's, which extends it. One that
   * is left from before the clock was set back keeps nobody out. */
  acquire(lease: LeaseRequest): Promise<boolean>;
  /** Extends the lease if it is still this owner's: it may have expired, but no other owner has taken it. Else false. */
  renew(lease: LeaseRequest): Promise<boolean>;
  /** No effect on the lease of another owner. */
  release(lease: HeldLease): Promise<void>;
}

/** One counter in a fixed window. */
export interface Count {
  readonly count: number;
  /** When it starts again at 0. */
  readonly until: number;
}

export interface CounterStore {
  /**
   * One transaction: adds `by` to each counter, never below 0. A counter that is not there starts at 0 and ends `window`
   * milliseconds from now; so does one that would last longer, from before the clock was set back. Returns them in the order given. `by: 0` only reads.
   */
  add(
    counters: readonly { readonly key: string; readonly by: number; readonly window: number }[],
    now: number,
  ): Promise<readonly Count[]>;
}

/**
 * What ended, for every process: a revocation (`account`, `instance`, `service-token` by jti), a sign-in or what was
 * issued for it (`sign-in` by grant), one access token (`access-token` by its hash), a pair of credentials that was
 * replaced or has another holder or instance (`credentials` by Adobe's client_id). Or what is not the same any more: a file
 * of the keys in the store (`keys` by name), profiles at Adobe (`profiles`; known-answers/ writes and reads the id). `unknown` is what a later
 * version of the gateway on the same store wrote about something that this one does not have.
 */
export type ChangeKind =
  | 'account'
  | 'instance'
  | 'service-token'
  | 'sign-in'
  | 'access-token'
  | 'credentials'
  | 'keys'
  | 'profiles'
  | 'unknown';

export interface Change {
  /** Grows with each change. */
  readonly position: number;
  readonly kind: ChangeKind;
  readonly id: string;
  readonly at: number;
}

/**
 * Changes are written by the methods that make them, in the same transaction, and kept for an hour; `record` writes one
 * that was made elsewhere.
 */
export interface ChangeStore {
  record(change: Omit<Change, 'position'>): Promise<void>;
  /** The newest position; 0 if there has been none. */
  latest(): Promise<number>;
  /** Oldest first, at most `limit`, after `position`. */
  since(position: number, limit: number): Promise<readonly Change[]>;
}

/** Work that must be done once among all nodes. Times are milliseconds. */
export interface LockedWork<T> {
  readonly name: string;
  /** How long to wait for another node. */
  readonly maxWait: number;
  /** The result, if another node has produced it already. */
  existing(): Promise<T | undefined>;
  /**
   * A process that is suspended for longer than its lease resumes work that another may have done meanwhile. Its writes must then
   * be refused: by comparing what they replace (`CredentialStore.replace`), or by the lease (`RecordStore.putFenced`).
   */
  work(held: HeldLease): Promise<T>;
  /** The error when another node holds the lock for longer than `maxWait`. */
  timedOut(): Error;
}

/** Runs the work on one node at a time; the others wait for the result that it stores. */
export type DistributedLock = <T>(locked: LockedWork<T>) => Promise<T>;

/** What oidc-provider stores. `payload` is sealed at rest; `id` and `userCode` are stored as hashes. */
export interface Artifact {
  readonly model: string;
  readonly id: string;
  readonly payload: JsonObject;
  readonly grantId?: string | undefined;
  readonly userCode?: string | undefined;
  readonly uid?: string | undefined;
  readonly expiresAt?: number | undefined;
}

export interface StoredArtifact {
  readonly payload: JsonObject;
  /** When it was used; null until then. */
  readonly consumedAt: number | null;
  /** The answer that issued it is still kept: the first use must say so (`ExchangeStore.used`). */
  readonly answerKept: boolean;
}

export interface ArtifactKey {
  readonly model: string;
  readonly id: string;
}

/** The ids in the cookies of a browser. */
export interface PageIds {
  readonly interaction?: string | undefined;
  readonly session?: string | undefined;
}

export interface PageArtifacts {
  readonly interaction: StoredArtifact | undefined;
  readonly deviceCode: StoredArtifact | undefined;
  readonly session: StoredArtifact | undefined;
}

/**
 * A step of a change. `put` stores an artifact as `upsert` does; `remove` removes one that may be gone. Conditions:
 * `take` removes one that must be there; `spend` marks one as used that must be there and unused.
 */
export type ArtifactStep =
  | { readonly put: Artifact }
  | { readonly remove: ArtifactKey }
  | { readonly take: ArtifactKey }
  | { readonly spend: ArtifactKey };

export interface ArtifactStore {
  /**
   * Inserts or replaces; a consumed artifact stays consumed until it expires. Rejects with gateway_unavailable when
   * another live artifact of the model has the user code: a code is never shared.
   */
  upsert(artifact: Artifact, now: number): Promise<void>;
  /**
   * One transaction, step by step. Compare-and-set: false, and nothing is written, unless every condition holds before
   * the first step.
   */
  change(steps: readonly ArtifactStep[], now: number): Promise<boolean>;
  find(model: string, id: string, now: number): Promise<StoredArtifact | undefined>;
  /** Together, in one read: an Interaction, the DeviceCode that its payload names (`deviceCode`), and a Session. */
  findForPage(page: PageIds, now: number): Promise<PageArtifacts>;
  findByUid(model: string, uid: string, now: number): Promise<StoredArtifact | undefined>;
  findByUserCode(model: string, userCode: string, now: number): Promise<StoredArtifact | undefined>;
  /** Compare-and-set: true for the one call that consumed it, false for all others. */
  consume(model: string, id: string, now: number): Promise<boolean>;
  /** An access token that was there is recorded as a change. */
  destroy(model: string, id: string, now: number): Promise<void>;
  /** Removes what was issued for the grant; if there was something, recorded as a change of its sign-in. */
  revokeByGrantId(grantId: string, now: number): Promise<void>;
  /** Artifacts of a model, oldest first: at most `limit`, after the position `after`. */
  list(
    model: string,
    page: { readonly limit: number; readonly after?: number | undefined; readonly now: number },
  ): Promise<readonly (StoredArtifact & { readonly position: number })[]>;
}

/** What a token request decided: the one-time artifact that it redeems, its successors, and the answer. */
export interface TokenExchange {
  readonly redeemed: { readonly model: string; readonly id: string };
  readonly grant: string;
  readonly client: string;
  /** The successors: tokens that were issued. Using one of them ends the kept answer. */
  readonly issued: readonly Artifact[];
  readonly answer: JsonObject;
  /** Until then the answer is kept, unless a successor is used before. */
  readonly answerUntil: number;
  /** How long the redeemed artifact is remembered, so that using it again is noticed. */
  readonly rememberedUntil: number;
}

/** A one-time artifact that was redeemed: its hash, and for a while the answer. */
export interface RedeemedArtifact {
  readonly grant: string;
  readonly client: string;
  readonly redeemedAt: number;
  /** Sealed at rest. Null once a successor has been used or the time is over. */
  readonly answer: JsonObject | null;
}

export interface ExchangeStore {
  /**
   * One transaction: removes the redeemed artifact, remembers its hash and the answer, stores what was issued, drops the
   * answer kept for the redeemed artifact's own predecessor, and extends the sign-in (`idleAt`). False if the artifact
   * is gone or consumed, or its sign-in has ended: then nothing is written.
   */
  commit(exchange: TokenExchange, now: number): Promise<boolean>;
  findRedeemed(model: string, id: string, now: number): Promise<RedeemedArtifact | undefined>;
  /** An issued artifact was used: the answer that issued it is dropped. */
  used(model: string, id: string): Promise<void>;
}
