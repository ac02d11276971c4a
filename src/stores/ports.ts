/**
 * What Kinpass stores, as narrow ports. This folder owns persistence: transactions, compare-and-set, expiry, sealing at
 * rest, the distributed lock. It refuses policy: it never decides who may see what. Every implementation passes
 * `test/stores/conformance.ts`. Times are epoch milliseconds.
 */
import type { Json, JsonObject } from '#src/lib/json';

export interface Account {
  readonly id: string;
  readonly family: string;
  readonly createdAt: number;
  /** The newest version of the subject secret when the account was created; it never changes. */
  readonly subjectVersion: number;
}

/** The viewer according to an identity provider; unique by family, issuer and subject. */
export interface Identity {
  readonly family: string;
  readonly issuer: string;
  readonly subject: string;
  /** The configured provider. */
  readonly provider: string;
  /** Sealed at rest. Shown masked to the viewer, used for nothing else. */
  readonly email: string | null;
  /** Keyed hash of an address that the provider is authoritative for; null if it must not link accounts. */
  readonly linkKey: string | null;
  readonly createdAt: number;
}

export interface AccountStore {
  /**
   * One transaction: the account that has this identity already (its e-mail is refreshed, its account and link key
   * never change); else the only account of the family with an equal link key, which gains the identity; else
   * `fresh`, stored together with it. Concurrent calls get the same account.
   */
  resolve(identity: Identity, fresh: Account): Promise<Account>;
  find(id: string): Promise<Account | undefined>;
  /** The account that has this identity; nothing is created or refreshed. */
  findByIdentity(identity: Pick<Identity, 'family' | 'issuer' | 'subject'>): Promise<Account | undefined>;
  identitiesOf(account: string): Promise<readonly Identity[]>;
  /** The number of accounts by family and version of the subject secret, in that order. */
  subjectUsage(): Promise<readonly SubjectUsage[]>;
  /** Stores a claim about an account unless the name has one; returns the stored value. */
  keepClaim(account: string, name: string, value: string): Promise<string>;
  claim(account: string, name: string): Promise<string | undefined>;
}

export interface SubjectUsage {
  readonly family: string;
  readonly version: number;
  readonly accounts: number;
}

/** A decision about subjects, by whom and when. families/ parses the event. Entries are never removed. */
export interface SubjectEntry {
  readonly at: number;
  readonly by: string;
  readonly event: JsonObject;
}

export interface SubjectJournal {
  /** Oldest first. */
  read(): Promise<readonly SubjectEntry[]>;
  /** Compare-and-set: appends all entries if the journal has `length` of them; false if another process was faster. */
  append(length: number, entries: readonly SubjectEntry[]): Promise<boolean>;
}

/** One installation of an app on one device: a client at the gateway. */
export interface Instance {
  readonly id: string;
  readonly app: string;
  readonly origin: 'registered' | 'signed-in';
  /** SHA-256 of the client secret; null if a sign-in created the instance. */
  readonly secretHash: string | null;
  /** SHA-256 of the AP-Device-Identifier; null until the first request with one. */
  readonly device: string | null;
  readonly firstViewer: string | null;
  readonly createdAt: number;
}

export interface InstanceStore {
  /** Rejects when the id is taken. */
  add(instance: Instance): Promise<void>;
  find(id: string): Promise<Instance | undefined>;
  /** Compare-and-set: binds an unbound instance. Returns what it is bound to now; undefined for an unknown id. */
  bindDevice(id: string, device: string): Promise<string | undefined>;
  /** The oldest signed-in instance of this app on this device where this viewer (or '', the device) holds credentials. */
  findOfViewer(key: { app: string; device: string; viewer: string }): Promise<Instance | undefined>;
}

/** One sign-in of one viewer on one instance; ends with its grant. */
export interface SignIn {
  readonly grant: string;
  readonly app: string;
  readonly instance: string;
  readonly viewer: string;
  readonly createdAt: number;
}

export interface SignInStore {
  /** No effect if the grant has been recorded already. */
  record(signIn: SignIn): Promise<void>;
  find(grant: string): Promise<SignIn | undefined>;
  /** The viewer signed in again on a device that the app already knows: moves the sign-in to that instance. */
  move(grant: string, instance: string): Promise<void>;
  end(grant: string): Promise<void>;
  /** Ends every sign-in of a viewer, or on an instance. */
  endAll(scope: { readonly viewer: string } | { readonly instance: string }): Promise<void>;
}

export type RevocationKind = 'account' | 'instance' | 'jti';

export interface RevocationKey {
  readonly kind: RevocationKind;
  readonly id: string;
}

/** Blocks an account, instance or service token until it is lifted. */
export interface Revocation extends RevocationKey {
  /** For operators; sealed at rest. */
  readonly reason: string;
  readonly at: number;
}

export interface RevocationStore {
  /** Returns the stored one: an earlier one, if there is one. */
  add(revocation: Revocation): Promise<Revocation>;
  /** True if there was one. */
  lift(key: RevocationKey): Promise<boolean>;
  /** The first of these keys that is revoked, in the order given. One read; every call makes one. */
  anyOf(keys: readonly RevocationKey[]): Promise<RevocationKey | undefined>;
  /** At most `limit`, newest first, older than `before` (`next` of an earlier page). */
  list(page: { readonly limit: number; readonly before?: number | undefined }): Promise<RevocationPage>;
}

export interface RevocationPage {
  readonly revocations: readonly Revocation[];
  /** `before` of the next page; undefined on the last one. */
  readonly next: number | undefined;
}

/** Adobe client credentials. `holder` is the viewer's account, or '' for an instance nobody signed in on. */
export interface CredentialPair {
  /** Adobe's client_id. */
  readonly id: string;
  /** Adobe's client_secret. Sealed at rest. */
  readonly secret: string;
  readonly instance: string;
  readonly holder: string;
  readonly createdAt: number;
}

export interface CredentialStore {
  find(key: { instance: string; holder: string }): Promise<CredentialPair | undefined>;
  byId(id: string): Promise<CredentialPair | undefined>;
  /** Inserts unless the (instance, holder) has a pair; returns the stored pair. */
  add(pair: CredentialPair): Promise<CredentialPair>;
  /**
   * Compare-and-set: replaces the pair `old` under its current holder; if it has been replaced already, as `add`.
   * Returns the stored pair.
   */
  replace(old: string, pair: CredentialPair): Promise<CredentialPair>;
  /**
   * One transaction: if the instance has had no viewer, `viewer` becomes its first and takes over its anonymous pair, if
   * any, unless they have one there. True for the one call that did so.
   */
  adopt(instance: string, viewer: string): Promise<boolean>;
}

/** Values that expire. Each kind has one owner, which parses what it reads. Values are sealed at rest. */
export type RecordKind =
  | 'transaction'
  | 'client-token'
  | 'adobe-access-token'
  | 'adobe-code'
  | 'lease'
  | 'device-poll'
  | 'code-attempts'
  | 'token-answer';

export interface ExpiringValue {
  readonly value: Json;
  readonly expiresAt: number;
}

export interface RecordStore {
  put(kind: RecordKind, key: string, entry: ExpiringValue): Promise<void>;
  /** Never returns an expired value. */
  get(kind: RecordKind, key: string): Promise<Json | undefined>;
  /** Atomic get and delete: of any number of concurrent calls one gets the value. */
  take(kind: RecordKind, key: string): Promise<Json | undefined>;
  delete(kind: RecordKind, key: string): Promise<void>;
  /**
   * Atomic read-modify-write. `change` gets the unexpired value, if any, and returns the new one, or undefined to delete;
   * it may run more than once and must be pure. Returns what was stored.
   */
  update(
    kind: RecordKind,
    key: string,
    change: (current: Json | undefined) => ExpiringValue | undefined,
  ): Promise<Json | undefined>;
}

/** Work that must be done once among all nodes. Times are milliseconds. */
export interface LockedWork<T> {
  readonly name: string;
  /** The lock ends by itself after this time: longer than `work` may take. */
  readonly life: number;
  /** How long to wait for another node. */
  readonly maxWait: number;
  /** The result, if another node has produced it already. */
  existing(): Promise<T | undefined>;
  work(): Promise<T>;
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
}

export interface ArtifactStore {
  /**
   * Inserts or replaces; a consumed artifact stays consumed until it expires. Rejects with gateway_unavailable when
   * another live artifact of the model has the user code: a code is never shared.
   */
  upsert(artifact: Artifact): Promise<void>;
  find(model: string, id: string): Promise<StoredArtifact | undefined>;
  findByUid(model: string, uid: string): Promise<StoredArtifact | undefined>;
  findByUserCode(model: string, userCode: string): Promise<StoredArtifact | undefined>;
  /** Compare-and-set: true for the one call that consumed it, false for all others. */
  consume(model: string, id: string): Promise<boolean>;
  destroy(model: string, id: string): Promise<void>;
  revokeByGrantId(grantId: string): Promise<void>;
}

export interface Stores extends AsyncDisposable {
  readonly accounts: AccountStore;
  readonly subjects: SubjectJournal;
  readonly instances: InstanceStore;
  readonly signIns: SignInStore;
  readonly revocations: RevocationStore;
  readonly credentials: CredentialStore;
  readonly records: RecordStore;
  readonly artifacts: ArtifactStore;
  /** Rejects if the store is not usable. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
