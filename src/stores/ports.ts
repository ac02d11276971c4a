/**
 * What Kinpass keeps, as narrow ports. This folder owns persistence: transactions, compare-and-set, expiry,
 * sealing at rest. It refuses policy: it never decides who may see what. Every implementation passes
 * `test/stores/conformance.ts`. Times are epoch milliseconds.
 */
import type { Json, JsonObject } from '#src/lib/json';

export interface Account {
  readonly id: string;
  readonly family: string;
  readonly createdAt: number;
  /** Which version of the subject secret was the newest when the account was made; it keeps that one for ever. */
  readonly subjectVersion: number;
}

/** Who an identity provider says the viewer is; unique by family, issuer and subject. */
export interface Identity {
  readonly family: string;
  readonly issuer: string;
  readonly subject: string;
  /** The configured provider that it came through. */
  readonly provider: string;
  /** Sealed at rest. Shown masked to the viewer, used for nothing else. */
  readonly email: string | null;
  /** Keyed hash of an address that the provider is authoritative for; null when it may not link. */
  readonly linkKey: string | null;
  readonly createdAt: number;
}

export interface AccountStore {
  /**
   * One transaction: the account that has this identity already (its e-mail is refreshed, its account and link key
   * never change); else the only account of the family with an equal link key, which gains the identity; else
   * `fresh`, stored together with it. Rivals get the same answer.
   */
  resolve(identity: Identity, fresh: Account): Promise<Account>;
  find(id: string): Promise<Account | undefined>;
  /** The account that has this identity; nothing is made or refreshed. */
  findByIdentity(identity: Pick<Identity, 'family' | 'issuer' | 'subject'>): Promise<Account | undefined>;
  identitiesOf(account: string): Promise<readonly Identity[]>;
  /** How many accounts there are by family and version of the subject secret, in that order. */
  subjectUsage(): Promise<readonly SubjectUsage[]>;
  /** Keeps what a provider said of an account under a name; the first value stands. Answers the one that stands. */
  keepClaim(account: string, name: string, value: string): Promise<string>;
  claim(account: string, name: string): Promise<string | undefined>;
}

export interface SubjectUsage {
  readonly family: string;
  readonly version: number;
  readonly accounts: number;
}

/** What was settled about subjects, by whom and when. Each entry's owner parses its event. Nothing is ever removed. */
export interface SubjectEntry {
  readonly at: number;
  readonly by: string;
  readonly event: JsonObject;
}

export interface SubjectJournal {
  /** Oldest first. */
  read(): Promise<readonly SubjectEntry[]>;
  /** Compare-and-set: all entries or none, when the journal has `length` of them; false when a rival was quicker. */
  append(length: number, entries: readonly SubjectEntry[]): Promise<boolean>;
}

/** One installation of an app on one device: a client at the gateway. */
export interface Instance {
  readonly id: string;
  readonly app: string;
  readonly origin: 'registered' | 'signed-in';
  /** SHA-256 of the client secret; null when the instance came to be by a sign-in. */
  readonly secretHash: string | null;
  /** SHA-256 of the AP-Device-Identifier; null until the first request that has one. */
  readonly device: string | null;
  readonly firstViewer: string | null;
  readonly createdAt: number;
}

export interface InstanceStore {
  /** Rejects when the id is taken. */
  add(instance: Instance): Promise<void>;
  find(id: string): Promise<Instance | undefined>;
  /** Compare-and-set: binds an unbound instance. Answers what it is bound to now; undefined for an unknown id. */
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
  /** Once: for a grant that is recorded already, what is stored stands. */
  record(signIn: SignIn): Promise<void>;
  find(grant: string): Promise<SignIn | undefined>;
  /** The viewer came back to a device that the same app knows: the sign-in moves to that instance. */
  move(grant: string, instance: string): Promise<void>;
  end(grant: string): Promise<void>;
  /** Ends every sign-in of a viewer, or on an instance. */
  endAll(of: { readonly viewer: string } | { readonly instance: string }): Promise<void>;
}

export type RevocationKind = 'account' | 'instance' | 'jti';

export interface RevocationKey {
  readonly kind: RevocationKind;
  readonly id: string;
}

/** What must not be served any more, until it is lifted. */
export interface Revocation extends RevocationKey {
  /** For operators; sealed at rest. */
  readonly reason: string;
  readonly at: number;
}

export interface RevocationStore {
  /** Answers the one that stands: the first, when there is one already. */
  add(revocation: Revocation): Promise<Revocation>;
  /** True when there was one. */
  lift(key: RevocationKey): Promise<boolean>;
  /** The first of these keys that is revoked. One read, on the way of every call. */
  anyOf(keys: readonly RevocationKey[]): Promise<RevocationKey | undefined>;
  /** At most `limit`, newest first, older than `before` (a position in the list that an earlier answer gave). */
  list(page: { readonly limit: number; readonly before?: number | undefined }): Promise<RevocationPage>;
}

export interface RevocationPage {
  readonly revocations: readonly Revocation[];
  /** Where to go on; undefined at the end. */
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
  /** Insert unless the (instance, holder) has a pair; answers the pair that is stored. */
  add(pair: CredentialPair): Promise<CredentialPair>;
  /**
   * Compare-and-set: takes the place of the pair `old` wherever it stands now, unless a rival replaced it; then as
   * `add`. Answers the stored pair.
   */
  replace(old: string, pair: CredentialPair): Promise<CredentialPair>;
  /**
   * One transaction: when the instance has had no viewer, `viewer` becomes its first and takes over the pair that
   * it used anonymously, if any, and unless they have one there. True for the one call that did.
   */
  adopt(instance: string, viewer: string): Promise<boolean>;
}

/** Values that expire. Each kind has one owner, who parses what it reads. Values are sealed at rest. */
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
  /** Expired values are never answered. */
  get(kind: RecordKind, key: string): Promise<Json | undefined>;
  /** Get and delete as one step: of any number of rivals one gets the value. */
  take(kind: RecordKind, key: string): Promise<Json | undefined>;
  delete(kind: RecordKind, key: string): Promise<void>;
  /**
   * Atomic read-modify-write. `change` sees the unexpired value, if any, and answers the new one or undefined to
   * delete; it may run more than once and must be pure. Answers what was stored.
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

/** What oidc-provider keeps. `payload` is sealed at rest; `id` and `userCode` are stored as hashes. */
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
  /** When it was spent; null while it is fresh. */
  readonly consumedAt: number | null;
}

export interface ArtifactStore {
  /**
   * Insert or replace; what was consumed stays consumed until it expires. Rejects with gateway_unavailable when
   * another live artifact of the model has the user code: a code is never shared.
   */
  upsert(artifact: Artifact): Promise<void>;
  find(model: string, id: string): Promise<StoredArtifact | undefined>;
  findByUid(model: string, uid: string): Promise<StoredArtifact | undefined>;
  findByUserCode(model: string, userCode: string): Promise<StoredArtifact | undefined>;
  /** Compare-and-set: true for the one caller that spent it, false for everybody else. */
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
  /** Rejects when the store cannot serve. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
