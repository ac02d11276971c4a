/** A version of the schema. A released one is never edited: databases with it exist. */
export interface Migration {
  /**
   * The oldest version whose code works with this one. While nodes are replaced one by one, both versions serve: a step only
   * adds, and what nothing uses any more goes with a later one (docs/storage.md).
   */
  readonly serves: number;
  readonly sql: string;
}

/** Texts compare by their bytes: indexes do not depend on the locales of an operating system. Times are epoch milliseconds. */
const first = `
  CREATE DOMAIN id_text AS text COLLATE "C";

  CREATE TABLE accounts (
    id id_text PRIMARY KEY,
    family id_text NOT NULL,
    created_at bigint NOT NULL,
    subject_version integer NOT NULL,
    ended_at bigint
  );
  CREATE INDEX accounts_by_subject ON accounts (family, subject_version);

  CREATE TABLE identities (
    position bigint GENERATED ALWAYS AS IDENTITY,
    family id_text NOT NULL,
    issuer id_text NOT NULL,
    subject id_text NOT NULL,
    account id_text NOT NULL REFERENCES accounts (id),
    provider id_text NOT NULL,
    sealed_email text,
    link_key id_text,
    link_authority id_text,
    created_at bigint NOT NULL,
    proven_at bigint,
    PRIMARY KEY (family, issuer, subject)
  );
  CREATE INDEX identities_by_account ON identities (account);
  CREATE INDEX identities_by_link_key ON identities (family, link_key) WHERE link_key IS NOT NULL;

  CREATE TABLE account_claims (
    account id_text NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name id_text NOT NULL,
    sealed_value text NOT NULL,
    PRIMARY KEY (account, name)
  );

  CREATE TABLE subject_journal (
    position bigint PRIMARY KEY,
    at bigint NOT NULL,
    by text NOT NULL,
    event text NOT NULL
  );

  CREATE TABLE instances (
    position bigint GENERATED ALWAYS AS IDENTITY,
    id id_text PRIMARY KEY,
    app id_text NOT NULL,
    origin id_text NOT NULL CHECK (origin IN ('registered', 'signed-in')),
    secret_hash id_text,
    device id_text,
    first_viewer id_text,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    had_pair boolean NOT NULL DEFAULT false
  );
  CREATE INDEX instances_by_device ON instances (device, app) WHERE device IS NOT NULL;
  CREATE INDEX instances_never_paired ON instances (seen_at) WHERE NOT had_pair;

  CREATE TABLE sign_ins (
    position bigint GENERATED ALWAYS AS IDENTITY,
    grant_id id_text PRIMARY KEY,
    app id_text NOT NULL,
    family id_text NOT NULL,
    instance id_text NOT NULL,
    viewer id_text NOT NULL,
    provider id_text,
    proven_at bigint NOT NULL,
    created_at bigint NOT NULL,
    idle_at bigint NOT NULL
  );
  CREATE UNIQUE INDEX sign_ins_by_position ON sign_ins (position);
  CREATE INDEX sign_ins_by_viewer ON sign_ins (viewer);
  CREATE INDEX sign_ins_by_instance ON sign_ins (instance);
  CREATE INDEX sign_ins_by_idle ON sign_ins (idle_at);

  CREATE TABLE revocations (
    position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    kind id_text NOT NULL CHECK (kind IN ('account', 'instance', 'jti')),
    id id_text NOT NULL,
    sealed_reason text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (kind, id)
  );

  CREATE TABLE credentials (
    id id_text PRIMARY KEY,
    sealed_secret text NOT NULL,
    instance id_text NOT NULL,
    holder id_text NOT NULL,
    created_at bigint NOT NULL,
    UNIQUE (instance, holder)
  );
  CREATE INDEX credentials_by_holder ON credentials (holder) WHERE holder <> '';

  CREATE TABLE records (
    kind id_text NOT NULL,
    key_hash id_text NOT NULL,
    sealed_value text NOT NULL,
    instance id_text,
    expires_at bigint NOT NULL,
    PRIMARY KEY (kind, key_hash)
  );
  CREATE INDEX records_by_expiry ON records (expires_at);

  CREATE TABLE artifacts (
    position bigint GENERATED ALWAYS AS IDENTITY,
    model id_text NOT NULL,
    id_hash id_text NOT NULL,
    sealed_payload text NOT NULL,
    grant_id id_text,
    user_code_hash id_text,
    uid_hash id_text,
    expires_at bigint,
    consumed_at bigint,
    answer_of id_text,
    PRIMARY KEY (model, id_hash)
  );
  CREATE UNIQUE INDEX artifacts_by_position ON artifacts (position);
  CREATE INDEX artifacts_by_grant ON artifacts (grant_id) WHERE grant_id IS NOT NULL;
  CREATE UNIQUE INDEX artifacts_by_user_code ON artifacts (user_code_hash, model) WHERE user_code_hash IS NOT NULL;
  CREATE INDEX artifacts_by_uid ON artifacts (uid_hash, model) WHERE uid_hash IS NOT NULL;
  CREATE INDEX artifacts_by_expiry ON artifacts (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE redeemed (
    id_hash id_text NOT NULL,
    model id_text NOT NULL,
    grant_id id_text NOT NULL,
    client id_text NOT NULL,
    redeemed_at bigint NOT NULL,
    sealed_answer text,
    answer_until bigint NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (id_hash, model)
  );
  CREATE INDEX redeemed_by_grant ON redeemed (grant_id);
  CREATE INDEX redeemed_by_expiry ON redeemed (expires_at);
  CREATE INDEX redeemed_by_answer ON redeemed (answer_until) WHERE sealed_answer IS NOT NULL;

  CREATE TABLE leases (name id_text PRIMARY KEY, owner id_text NOT NULL, expires_at timestamptz NOT NULL);
  CREATE INDEX leases_by_expiry ON leases (expires_at);

  CREATE TABLE counters (key_hash id_text PRIMARY KEY, count bigint NOT NULL, expires_at bigint NOT NULL);
  CREATE INDEX counters_by_expiry ON counters (expires_at);

  CREATE TABLE changes (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    position bigint UNIQUE,
    kind id_text NOT NULL
      CHECK (kind IN ('account', 'instance', 'service-token', 'sign-in', 'access-token', 'credentials', 'keys')),
    id id_text NOT NULL,
    at bigint NOT NULL
  );
  CREATE INDEX changes_without_position ON changes (number) WHERE position IS NULL;
  CREATE INDEX changes_by_time ON changes (at);
  CREATE SEQUENCE change_positions;

  CREATE TABLE audit (seq bigint PRIMARY KEY CHECK (seq > 0), entry text NOT NULL);
  REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM CURRENT_USER;

  CREATE TABLE key_files (name id_text PRIMARY KEY, sealed_text text NOT NULL);

  CREATE TABLE seal_checks (one boolean PRIMARY KEY DEFAULT true CHECK (one), sealed text NOT NULL);
  CREATE TABLE pings (one boolean PRIMARY KEY DEFAULT true CHECK (one), at timestamptz NOT NULL);
`;

const registrations = `
  ALTER TABLE instances ADD COLUMN statement_hash id_text, ADD COLUMN redirect_uri text;
`;

const changedProfiles = `
  ALTER TABLE changes DROP CONSTRAINT changes_kind_check, ADD CONSTRAINT changes_kind_check CHECK (
    kind IN ('account', 'instance', 'service-token', 'sign-in', 'access-token', 'credentials', 'keys', 'profiles')
  );
`;

/** By a trigger, so that no statement can forget it, one of the version before this included. */
const knownProfiles = `
  CREATE TABLE known_profiles (
    key_hash id_text PRIMARY KEY,
    credentials id_text NOT NULL,
    instance id_text NOT NULL,
    account id_text REFERENCES accounts (id) ON DELETE CASCADE,
    grant_id id_text,
    device id_text NOT NULL,
    service_provider id_text NOT NULL,
    subject_hash id_text,
    sealed_value text NOT NULL,
    learned_at bigint NOT NULL,
    expires_at bigint NOT NULL
  );
  CREATE INDEX known_profiles_by_credentials ON known_profiles (credentials);
  CREATE INDEX known_profiles_by_instance ON known_profiles (instance);
  CREATE INDEX known_profiles_by_account ON known_profiles (account) WHERE account IS NOT NULL;
  CREATE INDEX known_profiles_by_grant ON known_profiles (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX known_profiles_by_device ON known_profiles (device);
  CREATE INDEX known_profiles_by_expiry ON known_profiles (expires_at);

  CREATE FUNCTION drop_profiles() RETURNS trigger LANGUAGE plpgsql AS $drop$
    BEGIN
      DELETE FROM known_profiles WHERE new.kind = 'account' AND account = new.id;
      DELETE FROM known_profiles WHERE new.kind = 'instance' AND instance = new.id;
      DELETE FROM known_profiles WHERE new.kind = 'sign-in' AND grant_id = new.id;
      DELETE FROM known_profiles WHERE new.kind = 'credentials' AND credentials = new.id;
      RETURN NULL;
    END
  $drop$;
  CREATE TRIGGER changes_drop_profiles AFTER INSERT ON changes FOR EACH ROW
    WHEN (new.kind IN ('account', 'instance', 'sign-in', 'credentials')) EXECUTE FUNCTION drop_profiles();
`;

const imports = `
  CREATE TABLE imported_subjects (
    account id_text PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    family id_text NOT NULL,
    subject_key id_text NOT NULL,
    sealed_subject text NOT NULL,
    UNIQUE (family, subject_key)
  );
  ALTER TABLE credentials ADD COLUMN imported boolean NOT NULL DEFAULT false;
`;

/** Numbered from 1. */
export const migrations: readonly Migration[] = [
  { serves: 1, sql: first },
  { serves: 1, sql: registrations },
  { serves: 1, sql: changedProfiles },
  { serves: 1, sql: knownProfiles },
  { serves: 1, sql: imports },
];
