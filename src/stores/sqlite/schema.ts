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
];
