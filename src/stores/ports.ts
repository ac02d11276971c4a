/**
 * What Kinpass stores, as narrow ports. This folder owns persistence: transactions, compare-and-set, expiry, sealing at
 * rest, the distributed lock. It refuses policy: it never decides who may see what. Every implementation passes
 * `test/stores/conformance.ts`. Each method says what is done, as data: it takes no functions and reads no clock, so it
 * can run as one SQL statement or in a worker. Times are epoch milliseconds; `now` is the caller's clock.
 */
import type { Json } from '#src/lib/json';
import type { AuditEntry, AuditRecord, AuditStore } from './audit-ports.ts';
import type {
  ArtifactKey,
  ArtifactStep,
  ArtifactStore,
  ChangeStore,
  CounterStore,
  ExchangeStore,
  LeaseStore,
  RecordStore,
  StoredArtifact,
} from './expiring-ports.ts';
import type { KeyFileStore } from './key-ports.ts';
import type { ProfileStore } from './profile-ports.ts';
import type { SubjectJournal } from './subject-ports.ts';

export interface Account {
  readonly id: string;
  readonly family: string;
  readonly createdAt: number;
  /** The newest version of the subject secret when the account was created; 0: its subject was imported. It never changes. */
  readonly subjectVersion: number;
  /** Sessions and sign-ins from before this time have ended; null if none were ended. Set by the store. */
  readonly endedAt: number | null;
}

/** The viewer according to an identity provider; unique by family, issuer and subject. */
export interface Identity {
  readonly family: string;
  readonly issuer: string;
  readonly subject: string;
  /** The configured provider. */
  readonly provider: string;
  /** Sealed at rest. Shown masked to the viewer, and hashed for a promotional TempPass whose settings say so. */
  readonly email: string | null;
  /** Keyed hash of an address that the provider is authoritative for; null if it must not link accounts. */
  readonly linkKey: string | null;
  /** The rule by which the provider is authoritative for the address; null without a link key. */
  readonly linkAuthority: string | null;
  readonly createdAt: number;
  /** When the provider last said all this; null if that was not recorded. */
  readonly provenAt: number | null;
}

export type IdentityKey = Pick<Identity, 'family' | 'issuer' | 'subject'>;

export interface Resolution {
  readonly identity: Identity & { readonly provenAt: number };
  /** Stored if the identity joins no account. */
  readonly fresh: Account;
  /** What another identity must meet for its account to be joined: the authorities of today, and the oldest proof. */
  readonly link: { readonly authorities: readonly string[]; readonly provenSince: number };
}

export interface AccountStore {
  /**
   * One transaction. The account that has this identity already: its provider, e-mail, link key, authority and time of
   * proof become those given, its account never changes. Else the only account of the family with an equal link key,
   * which gains the identity: only if each of its identities with that key meets `link`, and it has no identity of the
   * same issuer. Else `fresh`, stored together with the identity. In each case other identities of the same issuer lose
   * an equal link key: an address belongs to one subject of an issuer. Concurrent calls get the same account, and whether it is
   * revoked.
   */
  resolve(resolution: Resolution): Promise<AccountStanding>;
  find(id: string): Promise<Account | undefined>;
  /** The same, with its revocation status. One read. */
  standing(id: string): Promise<AccountStanding | undefined>;
  /** The account that has this identity; nothing is created or refreshed. */
  findByIdentity(identity: IdentityKey): Promise<Account | undefined>;
  identitiesOf(account: string): Promise<readonly Identity[]>;
  /** Accounts with their identities, ordered by id: at most `limit`, after the id `after`. */
  list(page: {
    readonly limit: number;
    readonly after?: string | undefined;
  }): Promise<readonly AccountEntry[]>;
  /** The number of accounts by family and version of the subject secret, in that order. */
  subjectUsage(): Promise<readonly SubjectUsage[]>;
  /** Stores a claim about an account unless the name has one; returns the stored value. */
  keepClaim(account: string, name: string, value: string): Promise<string>;
  claim(account: string, name: string): Promise<string | undefined>;
  /** Of an account with the subject version 0. */
  importedSubject(account: string): Promise<string | undefined>;
}

export interface AccountStanding {
  readonly account: Account;
  readonly isRevoked: boolean;
}

export interface AccountEntry {
  readonly account: Account;
  readonly identities: readonly Identity[];
}

export interface SubjectUsage {
  readonly family: string;
  readonly version: number;
  readonly accounts: number;
}

/** One installation of an app on one device: a client at the gateway. */
export interface Instance {
  readonly id: string;
  readonly app: string;
  readonly origin: 'registered' | 'signed-in';
  /** SHA-256 of the client secret; null if a sign-in created the instance. */
  readonly secretHash: string | null;
  /** SHA-256 of the software statement that it registered with; null if a sign-in created the instance. */
  readonly statementHash: string | null;
  /** As it registered, for its registration at Adobe. */
  readonly redirectUri: string | null;
  /** SHA-256 of the AP-Device-Identifier; null until the first request with one. */
  readonly device: string | null;
  readonly firstViewer: string | null;
  readonly createdAt: number;
  /** When it last asked for tokens; at first, when it was created. */
  readonly seenAt: number;
}

export interface InstanceStore {
  /** Rejects when the id is taken. */
  add(instance: Instance): Promise<void>;
  find(id: string): Promise<Instance | undefined>;
  /** Compare-and-set: binds an unbound instance. Returns what it is bound to now; undefined for an unknown id. */
  bindDevice(id: string, device: string): Promise<string | undefined>;
  /** Updates `seenAt`; never to an earlier time. */
  seen(id: string, now: number): Promise<void>;
}

/** One sign-in of one viewer on one instance; ends with its grant. */
export interface SignIn {
  readonly grant: string;
  readonly app: string;
  /** Of the viewer's account; the sign-in is refused where the app belongs to another family. */
  readonly family: string;
  readonly instance: string;
  readonly viewer: string;
  /** The configured identity provider that it rests on; null if that was not recorded. */
  readonly provider: string | null;
  /** When that provider last proved who the viewer is. */
  readonly provenAt: number;
  readonly createdAt: number;
  /** When its last token expires; it may be swept after that. */
  readonly idleAt: number;
}

/** A sign-in with everything that begins with it. */
export interface SignInOpening {
  readonly signIn: SignIn;
  /** The instance of the sign-in if it is new; one that is there has been seen. */
  readonly instance?: Instance | undefined;
  /** Whether its viewer takes over what it used anonymously, as in `CredentialStore.adopt`. */
  readonly adopts: boolean;
  readonly changes: readonly ArtifactStep[];
}

export interface SignInStore {
  /**
   * One transaction. `ended`, and nothing is written, if the account is revoked or its sessions have ended since the
   * sign-in was proven; `late` likewise, if a condition of the changes does not hold.
   */
  open(opening: SignInOpening, now: number): Promise<'opened' | 'ended' | 'late'>;
  /** No effect if the grant has been recorded already. */
  record(signIn: SignIn): Promise<void>;
  find(grant: string): Promise<SignIn | undefined>;
  /** Removes the sign-in and everything that was issued for its grant; recorded as a change. */
  end(grant: string, now: number): Promise<void>;
  /** Oldest first: at most `limit`, after the position `after`. */
  list(page: {
    readonly limit: number;
    readonly after?: number | undefined;
  }): Promise<readonly (SignIn & { readonly position: number })[]>;
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
  /**
   * One transaction: stores the revocation, ends the sign-ins of the account or on the instance, and everything that was
   * issued for them; an account's earlier sessions end with it (`Account.endedAt`). Recorded as a change and in the audit
   * log. Returns the stored one: an earlier one without `entry`, if there is one. None of this comes back when it is lifted.
   */
  add(
    revocation: Revocation,
    record: AuditRecord,
  ): Promise<{ readonly revocation: Revocation; readonly entry?: AuditEntry }>;
  /** One transaction with its audit entry. Without `entry` there was none to lift. */
  lift(key: RevocationKey, record: AuditRecord): Promise<{ readonly entry?: AuditEntry }>;
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
  /** Adobe's client_id; after the environment, where that is not the default one. */
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
   * Returns the stored pair. Recorded as a change of the old pair.
   */
  replace(old: string, pair: CredentialPair): Promise<CredentialPair>;
  /**
   * One transaction: if the instance has had no viewer, `viewer` becomes its first and takes over its anonymous pair, if
   * any, unless they have one there, or an imported one waits for them: on another instance of the app on the device. True
   * for the one call that made them the first. A pair that was taken over is recorded as a change.
   */
  adopt(instance: string, viewer: string, now: number): Promise<boolean>;
  /**
   * One transaction: unless the viewer holds a pair on `to` already, the pair that they hold on the oldest other instance
   * of `app` on `device` that is not revoked moves there; an imported one no longer waits then. The anonymous pair of an
   * instance never moves. Returns the pair that they hold on `to` now. Recorded as a change of a pair that moved.
   */
  bring(key: {
    readonly app: string;
    readonly device: string;
    readonly viewer: string;
    readonly to: string;
    readonly now: number;
  }): Promise<CredentialPair | undefined>;
}

/** What a bearer rests on: rows as they are. What they mean for whoever calls is decided by families/ and flows/. */
export interface Standing {
  readonly instance: Instance | undefined;
  /** The first of instance and account that is revoked. */
  readonly revoked: 'instance' | 'account' | undefined;
  /** Those on the instance that the viewer or nobody holds. */
  readonly pairs: readonly CredentialPair[];
}

export interface StoredAccessToken extends Standing {
  readonly artifact: StoredArtifact;
  /** Of the `grantId` in the artifact's payload. */
  readonly signIn: SignIn | undefined;
  /** Of the sign-in. */
  readonly account: Account | undefined;
}

/** A code or token, with everything it was issued for. */
export interface StoredIssue {
  readonly artifact: StoredArtifact;
  /** Of the `grantId` in the artifact's payload, as the sign-in. */
  readonly grant: StoredArtifact | undefined;
  readonly signIn: SignIn | undefined;
  /** Of the sign-in's viewer. */
  readonly viewer: AccountStanding | undefined;
}

export interface StoredClientToken extends Standing {
  /** The record, whose `instance` is the one that the rest is about. */
  readonly value: Json;
}

/** Each method is one read, of one state of the data. Undefined if there is no such token. */
export interface CallerStore {
  /** By the id of an artifact of the model AccessToken. */
  byAccessToken(id: string, now: number): Promise<StoredAccessToken | undefined>;
  /** By an artifact that names its grant, or is a grant. */
  byIssue(key: ArtifactKey, now: number): Promise<StoredIssue | undefined>;
  /** By the key of a record of the kind client-token. */
  byClientToken(key: string, now: number): Promise<StoredClientToken | undefined>;
}

/** The `sub` of an account's service tokens, where it was imported. Unique within a family; it never changes. */
export interface ImportedSubject {
  readonly account: string;
  readonly family: string;
  /** Sealed at rest. */
  readonly subject: string;
}

/** What a batch of an import is about. */
export interface ImportKeys {
  readonly identities: readonly IdentityKey[];
  readonly subjects: readonly Pick<ImportedSubject, 'family' | 'subject'>[];
  readonly instances: readonly string[];
  readonly pairs: readonly string[];
  /** An app on a device. */
  readonly places: readonly { readonly app: string; readonly device: string }[];
}

export interface FoundAccount {
  readonly account: Account;
  readonly identities: readonly Pick<Identity, 'issuer' | 'subject'>[];
  readonly importedSubject: string | null;
}

export interface FoundPair extends Pick<CredentialPair, 'id' | 'holder'> {
  /** Of its instance. */
  readonly app: string;
  readonly device: string | null;
}

/** What there is of it, in no particular order. */
export interface ImportFindings {
  /** With one of the identities or subjects. */
  readonly accounts: readonly FoundAccount[];
  readonly instances: readonly Instance[];
  /** With one of the ids, or at one of the places. */
  readonly pairs: readonly FoundPair[];
}

export interface ImportRows {
  readonly accounts: readonly Account[];
  readonly identities: readonly (Pick<
    Identity,
    'family' | 'issuer' | 'subject' | 'provider' | 'createdAt'
  > & {
    readonly account: string;
  })[];
  readonly subjects: readonly ImportedSubject[];
  readonly instances: readonly Instance[];
  /** Each waits for its holder on an instance of its own: see `CredentialStore.adopt`. */
  readonly pairs: readonly CredentialPair[];
}

export interface ImportStore {
  /** One read, of one state of the data. */
  find(keys: ImportKeys): Promise<ImportFindings>;
  /**
   * One transaction: all rows. False, and nothing is written, if one of the identities, subjects, instances or pairs is
   * there already.
   */
  add(rows: ImportRows): Promise<boolean>;
}

export interface Stores extends AsyncDisposable {
  readonly accounts: AccountStore;
  readonly subjects: SubjectJournal;
  readonly instances: InstanceStore;
  readonly signIns: SignInStore;
  readonly revocations: RevocationStore;
  readonly audit: AuditStore;
  readonly credentials: CredentialStore;
  readonly records: RecordStore;
  readonly artifacts: ArtifactStore;
  readonly exchanges: ExchangeStore;
  readonly leases: LeaseStore;
  readonly counters: CounterStore;
  readonly changes: ChangeStore;
  readonly callers: CallerStore;
  readonly profiles: ProfileStore;
  readonly keyFiles: KeyFileStore;
  readonly imports: ImportStore;
  /**
   * Removes at most `limit` rows of each kind whose time is over: what has expired, sign-ins whose last token expired,
   * and instances without sign-ins and credentials that nobody has used since `instancesSeenBefore`. Returns how many.
   */
  sweep(request: {
    readonly now: number;
    readonly instancesSeenBefore: number;
    readonly limit: number;
  }): Promise<number>;
  /** Rejects if the store is not usable. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
