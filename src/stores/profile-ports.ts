import type { Json } from '#src/lib/json';

/** What Adobe has said of the profiles of one sign-in (or of nobody's) on one device. Times are epoch milliseconds. */
export interface StoredProfiles {
  /** Of everything that the answer depends on. */
  readonly key: string;
  /** Adobe's client_id. */
  readonly credentials: string;
  readonly instance: string;
  /** Null if nobody is signed in. It must exist: what is stored ends with it. */
  readonly account: string | null;
  /** Of the sign-in; null without one. */
  readonly grant: string | null;
  /** SHA-256 of the AP-Device-Identifier. */
  readonly device: string;
  readonly serviceProvider: string;
  /** `sub` of the service token; null without one. Indexed at rest. */
  readonly subject: string | null;
  /** Sealed at rest; known-answers/ writes and reads it. */
  readonly value: Json;
  readonly learnedAt: number;
  readonly expiresAt: number;
}

/** Members that are absent stand for all. */
export interface MeantProfiles {
  readonly subject?: string | undefined;
  readonly account?: string | undefined;
  /** One of these. */
  readonly device?: readonly string[] | undefined;
  readonly serviceProvider?: string | undefined;
}

/**
 * What rests on an account, instance, sign-in or pair of credentials is removed in the transaction that records its change
 * (`ChangeStore`), by whatever method.
 */
export interface ProfileStore {
  /** Replaces what the key has. */
  put(profiles: StoredProfiles): Promise<void>;
  /** Never returns expired ones. */
  get(key: string, now: number): Promise<Pick<StoredProfiles, 'value' | 'learnedAt'> | undefined>;
  remove(keys: readonly string[]): Promise<void>;
  /** One transaction: removes those whose credentials, account or device is one of `tags`, and records the change `profiles`. */
  drop(tags: readonly string[], change: { readonly id: string; readonly at: number }): Promise<void>;
  /** Removes at most `limit` of those that are meant. Returns how many. */
  dropMeant(meant: MeantProfiles, limit: number): Promise<number>;
}
