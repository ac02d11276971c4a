/** Everything that is recorded. Names are never reused: logs with them exist. */
export type AuditAction =
  | 'gateway.start'
  | 'settings.apply'
  | `${'account' | 'instance' | 'service-token'}.revoke`
  | 'revocation.lift'
  | 'service-token.mint'
  | `key.${'generate' | 'import' | 'export' | 'acknowledge' | 'activate' | 'retire' | 'cancel' | 'destroy' | 'move' | 'reseal'}`
  | 'subjects.confirm'
  | 'subjects.new-secret'
  | 'store.copy'
  | 'accounts.import'
  | 'temppass.reset'
  | 'answers.invalidate';

/** What an action was about. */
export interface AuditTarget {
  readonly kind:
    | 'account'
    | 'instance'
    | 'jti'
    | 'key'
    | 'setting'
    | 'subject'
    | 'gateway'
    | 'store'
    | 'file'
    | 'mvpd'
    | 'device'
    | 'service-provider';
  readonly id: string;
}

export type AuditDetails = Readonly<Record<string, string | number | boolean>>;

/** One action. It holds no secret, no token and nothing about a viewer but ids. */
export interface AuditRecord {
  /** Epoch milliseconds, by the clock of who writes it. */
  readonly at: number;
  /** The operator at the terminal, the id of an admin token, or the gateway. */
  readonly actor: string;
  readonly via: 'cli' | 'admin' | 'gateway';
  /** The address or host name that the actor used; null if unknown. */
  readonly source: string | null;
  readonly action: AuditAction;
  readonly target: AuditTarget;
  /** `started` is followed by `done` or `failed`, whose details name it: `{ started: seq }`. */
  readonly outcome: 'started' | 'done' | 'failed';
  /** As the operator gave it: one line of at most 500 characters, or empty. */
  readonly reason: string;
  readonly details: AuditDetails;
}

/** A record in its place in the chain (audit-chain.ts). Later versions may know more actions and kinds. */
export interface AuditEntry extends Omit<AuditRecord, 'action' | 'target'> {
  /** 1, 2, 3, … without gaps. */
  readonly seq: number;
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string };
  /** The hash of the entry before; empty for the first. */
  readonly previous: string;
  readonly hash: string;
}

/** Append-only: entries are never changed and never removed. */
export interface AuditStore {
  /** One transaction: numbers the record and chains it to the last entry. */
  append(record: AuditRecord): Promise<AuditEntry>;
  /** Oldest first: at most `limit`, with a `seq` greater than `after`. Errors: audit_broken for one that cannot be read. */
  list(page: { readonly after: number; readonly limit: number }): Promise<readonly AuditEntry[]>;
}
