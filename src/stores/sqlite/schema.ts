/** "Kinpass" in the file's header: another program's database is never mistaken for ours. */
export const applicationId = 0x4b_69_6e_70;

/** Numbered from 1. A released step is never edited: databases with it exist. */
export const migrations: readonly string[] = [
  `
  PRAGMA application_id = ${applicationId};

  CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    family TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE identities (
    family TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account TEXT NOT NULL REFERENCES accounts (id),
    provider TEXT NOT NULL,
    sealed_email TEXT,
    link_key TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (family, issuer, subject)
  ) STRICT;
  CREATE INDEX identities_by_account ON identities (account);
  CREATE INDEX identities_by_link_key ON identities (family, link_key) WHERE link_key IS NOT NULL;

  CREATE TABLE instances (
    id TEXT PRIMARY KEY,
    app TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('registered', 'signed-in')),
    secret_hash TEXT,
    device TEXT,
    first_viewer TEXT,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX instances_by_device ON instances (device, app) WHERE device IS NOT NULL;

  CREATE TABLE sign_ins (
    grant_id TEXT PRIMARY KEY,
    app TEXT NOT NULL,
    instance TEXT NOT NULL,
    viewer TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE credentials (
    id TEXT PRIMARY KEY,
    sealed_secret TEXT NOT NULL,
    instance TEXT NOT NULL,
    holder TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (instance, holder)
  ) STRICT;

  CREATE TABLE records (
    kind TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    sealed_value TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (kind, key_hash)
  ) STRICT;
  CREATE INDEX records_by_expiry ON records (expires_at);

  CREATE TABLE artifacts (
    model TEXT NOT NULL,
    id_hash TEXT NOT NULL,
    sealed_payload TEXT NOT NULL,
    grant_hash TEXT,
    user_code_hash TEXT,
    uid_hash TEXT,
    expires_at INTEGER,
    consumed_at INTEGER,
    PRIMARY KEY (model, id_hash)
  ) STRICT;
  CREATE INDEX artifacts_by_grant ON artifacts (grant_hash) WHERE grant_hash IS NOT NULL;
  CREATE INDEX artifacts_by_user_code ON artifacts (user_code_hash, model) WHERE user_code_hash IS NOT NULL;
  CREATE INDEX artifacts_by_uid ON artifacts (uid_hash, model) WHERE uid_hash IS NOT NULL;
  CREATE INDEX artifacts_by_expiry ON artifacts (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE seal_checks (sealed TEXT NOT NULL) STRICT;
  `,
  `
  ALTER TABLE accounts ADD COLUMN subject_version INTEGER NOT NULL DEFAULT 1;
  CREATE INDEX accounts_by_subject ON accounts (family, subject_version);

  CREATE TABLE account_claims (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    sealed_value TEXT NOT NULL,
    PRIMARY KEY (account, name)
  ) STRICT;

  CREATE TABLE subject_journal (
    position INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    event TEXT NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE revocations (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'instance', 'jti')),
    id TEXT NOT NULL,
    sealed_reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (kind, id)
  ) STRICT;

  CREATE INDEX sign_ins_by_viewer ON sign_ins (viewer);
  CREATE INDEX sign_ins_by_instance ON sign_ins (instance);
  `,
  `
  ALTER TABLE accounts ADD COLUMN ended_at INTEGER;
  ALTER TABLE identities ADD COLUMN link_authority TEXT;
  ALTER TABLE identities ADD COLUMN proven_at INTEGER;

  ALTER TABLE instances ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE instances ADD COLUMN had_pair INTEGER NOT NULL DEFAULT 0;
  UPDATE instances SET seen_at = unixepoch() * 1000, had_pair = id IN (SELECT instance FROM credentials);
  CREATE INDEX instances_never_paired ON instances (seen_at) WHERE had_pair = 0;
  CREATE TRIGGER credentials_inserted AFTER INSERT ON credentials
    BEGIN UPDATE instances SET had_pair = 1 WHERE id = new.instance AND had_pair = 0; END;
  CREATE TRIGGER credentials_moved AFTER UPDATE OF instance ON credentials
    BEGIN UPDATE instances SET had_pair = 1 WHERE id = new.instance AND had_pair = 0; END;
  CREATE INDEX credentials_by_holder ON credentials (holder) WHERE holder <> '';

  ALTER TABLE sign_ins ADD COLUMN family TEXT NOT NULL DEFAULT '';
  ALTER TABLE sign_ins ADD COLUMN provider TEXT;
  ALTER TABLE sign_ins ADD COLUMN proven_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE sign_ins ADD COLUMN idle_at INTEGER NOT NULL DEFAULT 0;
  UPDATE sign_ins SET
    family = coalesce((SELECT accounts.family FROM accounts WHERE accounts.id = sign_ins.viewer), ''),
    proven_at = created_at,
    idle_at = (unixepoch() + 400 * 86400) * 1000;
  CREATE INDEX sign_ins_by_idle ON sign_ins (idle_at);

  DELETE FROM records WHERE kind IN ('lease', 'device-poll', 'code-attempts', 'token-answer');

  CREATE TABLE leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
  CREATE TABLE counters (key_hash TEXT PRIMARY KEY, count INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT;
  CREATE TABLE paces (
    key_hash TEXT PRIMARY KEY,
    accepted_at INTEGER NOT NULL,
    interval INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX leases_by_expiry ON leases (expires_at);
  CREATE INDEX counters_by_expiry ON counters (expires_at);
  CREATE INDEX paces_by_expiry ON paces (expires_at);

  CREATE TABLE changes (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'instance', 'service-token', 'sign-in', 'credentials')),
    id TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;

  ALTER TABLE artifacts ADD COLUMN answer_of TEXT;
  CREATE TABLE redeemed (
    model TEXT NOT NULL,
    id_hash TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    client TEXT NOT NULL,
    redeemed_at INTEGER NOT NULL,
    sealed_answer TEXT,
    answer_until INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (id_hash, model)
  ) STRICT;
  CREATE INDEX redeemed_by_grant ON redeemed (grant_id);
  CREATE INDEX redeemed_by_expiry ON redeemed (expires_at);
  CREATE INDEX redeemed_by_answer ON redeemed (answer_until) WHERE sealed_answer IS NOT NULL;
  `, // Accounts of the first schema are older than the journal of subjects; later ones never are.
  `
  INSERT INTO subject_journal (position, at, by, event)
    SELECT 1, unixepoch() * 1000, 'upgrade', '{"event":"introduced"}'
    WHERE (SELECT user_version FROM pragma_user_version) = 1;
  `,
  // REPLACE removes rows without a DELETE trigger, so an entry goes after the last one or nowhere.
  `
  CREATE TABLE audit (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL) STRICT;
  CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
    WHEN new.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
    BEGIN SELECT RAISE(ABORT, 'entries are appended to the audit log in order'); END;
  CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER audit_kept BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  `,
  // Positions go on: other processes remember where they were.
  `
  ALTER TABLE changes RENAME TO earlier_changes;
  CREATE TABLE changes (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL
      CHECK (kind IN ('account', 'instance', 'service-token', 'sign-in', 'access-token', 'credentials')),
    id TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO sqlite_sequence (name, seq) SELECT 'changes', seq FROM sqlite_sequence WHERE name = 'earlier_changes';
  INSERT INTO changes SELECT * FROM earlier_changes;
  DROP TABLE earlier_changes;
  `,
  // Again, for one more kind.
  `
  CREATE TABLE key_files (name TEXT PRIMARY KEY, sealed_text TEXT NOT NULL) STRICT;

  ALTER TABLE changes RENAME TO earlier_changes;
  CREATE TABLE changes (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL
      CHECK (kind IN ('account', 'instance', 'service-token', 'sign-in', 'access-token', 'credentials', 'keys')),
    id TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO sqlite_sequence (name, seq) SELECT 'changes', seq FROM sqlite_sequence WHERE name = 'earlier_changes';
  INSERT INTO changes SELECT * FROM earlier_changes;
  DROP TABLE earlier_changes;
  `,
  `
  ALTER TABLE instances ADD COLUMN statement_hash TEXT;
  ALTER TABLE instances ADD COLUMN redirect_uri TEXT;
  `,
  // Again, for one more kind.
  `
  ALTER TABLE changes RENAME TO earlier_changes;
  CREATE TABLE changes (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (
      kind IN ('account', 'instance', 'service-token', 'sign-in', 'access-token', 'credentials', 'keys', 'profiles')
    ),
    id TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO sqlite_sequence (name, seq) SELECT 'changes', seq FROM sqlite_sequence WHERE name = 'earlier_changes';
  INSERT INTO changes SELECT * FROM earlier_changes;
  DROP TABLE earlier_changes;
  `,
  // A later step that replaces the table `changes` must create the trigger again.
  `
  CREATE TABLE known_profiles (
    key_hash TEXT PRIMARY KEY,
    credentials TEXT NOT NULL,
    instance TEXT NOT NULL,
    account TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    grant_id TEXT,
    device TEXT NOT NULL,
    service_provider TEXT NOT NULL,
    subject_hash TEXT,
    sealed_value TEXT NOT NULL,
    learned_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX known_profiles_by_credentials ON known_profiles (credentials);
  CREATE INDEX known_profiles_by_instance ON known_profiles (instance);
  CREATE INDEX known_profiles_by_account ON known_profiles (account) WHERE account IS NOT NULL;
  CREATE INDEX known_profiles_by_grant ON known_profiles (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX known_profiles_by_device ON known_profiles (device);
  CREATE INDEX known_profiles_by_expiry ON known_profiles (expires_at);
  CREATE TRIGGER changes_drop_profiles AFTER INSERT ON changes
    WHEN new.kind IN ('account', 'instance', 'sign-in', 'credentials')
    BEGIN
      DELETE FROM known_profiles WHERE new.kind = 'account' AND account = new.id;
      DELETE FROM known_profiles WHERE new.kind = 'instance' AND instance = new.id;
      DELETE FROM known_profiles WHERE new.kind = 'sign-in' AND grant_id = new.id;
      DELETE FROM known_profiles WHERE new.kind = 'credentials' AND credentials = new.id;
    END;
  `,
  `
  CREATE TABLE imported_subjects (
    account TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    family TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    sealed_subject TEXT NOT NULL,
    UNIQUE (family, subject_key)
  ) STRICT;
  ALTER TABLE credentials ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
  `,
];
