import type { AuditEntry } from '../audit-ports.ts';
import type { Artifact, Change, ChangeKind, Count, RedeemedArtifact } from '../expiring-ports.ts';
import type {
  Account,
  CredentialPair,
  Identity,
  ImportedSubject,
  Instance,
  Revocation,
  SignIn,
} from '../ports.ts';
import type { StoredProfiles } from '../profile-ports.ts';
import { createExpiringMap } from './expiring-map.ts';

export interface HeldArtifact extends Omit<Artifact, 'payload'> {
  /** Stored as text, so that callers cannot change it through a shared object. */
  readonly payload: string;
  readonly consumedAt: number | null;
  readonly position: number;
  /** Key of the artifact whose redemption issued it, while that answer is kept. */
  readonly answerOf: string | null;
}

export interface Redeemed extends Omit<RedeemedArtifact, 'answer'> {
  readonly answer: string | null;
  readonly answerUntil: number;
  readonly expiresAt: number;
}

export interface HeldRevocation {
  readonly revocation: Revocation;
  readonly position: number;
}

export interface HeldIdentity {
  readonly account: string;
  readonly identity: Identity;
}

/** As text, so that callers cannot change it through a shared object. */
export interface HeldProfiles extends Omit<StoredProfiles, 'value'> {
  readonly text: string;
}

/** What a change of a kind removes profiles by. */
const restsOn: Partial<Record<ChangeKind, 'account' | 'instance' | 'grant' | 'credentials'>> = {
  account: 'account',
  instance: 'instance',
  'sign-in': 'grant',
  credentials: 'credentials',
};

/** The data that several stores share. */
export const createTables = () => {
  const changes: Change[] = [];
  const profiles = createExpiringMap<HeldProfiles>();
  let latestChange = 0;
  let positions = 0;
  return {
    accounts: new Map<string, Account>(),
    /** By family, issuer and subject. */
    identities: new Map<string, HeldIdentity>(),
    /** By account. */
    importedSubjects: new Map<string, ImportedSubject>(),
    instances: new Map<string, Instance>(),
    /** Instances that have had credentials. */
    paired: new Set<string>(),
    credentials: new Map<string, CredentialPair>(),
    /** Ids of imported pairs that wait for their holder. */
    imported: new Set<string>(),
    signIns: new Map<string, SignIn & { readonly position: number }>(),
    revocations: new Map<string, HeldRevocation>(),
    records: createExpiringMap<string>(),
    artifacts: createExpiringMap<HeldArtifact>(),
    redeemed: createExpiringMap<Redeemed>(),
    leases: createExpiringMap<{ readonly owner: string; readonly until: number }>(),
    counters: createExpiringMap<Count>(),
    /** By key. */
    profiles,
    /** Sealed, by name. */
    keyFiles: new Map<string, string>(),
    audit: [] as AuditEntry[],
    changes,
    /** Of the newest change; also after it was removed. */
    latestChange: () => latestChange,
    recordChange: (kind: ChangeKind, id: string, at: number): void => {
      latestChange = nextPosition();
      changes.push({ position: latestChange, kind, id, at });
      const member = restsOn[kind];
      if (!member) return;
      for (const [key] of profiles.filter((held) => held[member] === id, Number.NEGATIVE_INFINITY))
        profiles.delete(key);
    },
    nextPosition,
  };

  function nextPosition(): number {
    positions += 1;
    return positions;
  }
};

export type Tables = ReturnType<typeof createTables>;
