/** A table that is copied. Rows have the format of SQLite: the PostgreSQL side converts its differences. */
export interface Table {
  readonly name: string;
  readonly key: readonly string[];
  /** Including the key. */
  readonly columns: readonly string[];
  /** Other unique columns. */
  readonly unique: readonly (readonly string[])[];
  /** The order of its rows is kept: `position` is the rowid in SQLite, and a column in PostgreSQL. */
  readonly ordered: boolean;
  /** Rows expire at `expires_at`; expired ones are not copied. */
  readonly expires: boolean;
  /** Append-only, in the order of the key. */
  readonly log: boolean;
  /** The column that names an account, which must exist first. */
  readonly account: string | undefined;
}

/** The condition, in SQL, of rows that have not expired by `:now`. */
export const unexpired = ({ expires }: Table): string =>
  expires ? '(expires_at IS NULL OR expires_at > :now)' : 'true';

type Options = Partial<Pick<Table, 'unique' | 'ordered' | 'expires' | 'log' | 'account'>>;

const table = (name: string, key: string, others: string, options: Options = {}): Table => {
  const { unique = [], ordered = false, expires = false, log = false, account } = options;
  const [keys, rest] = [key.split(' '), others.split(' ')];
  return {
    name,
    key: keys,
    columns: [...keys, ...rest, ...(ordered ? ['position'] : []), ...(expires ? ['expires_at'] : [])],
    unique: [...unique, ...(ordered ? [['position']] : [])],
    ordered,
    expires,
    log,
    account,
  };
};

/**
 * All tables except those of running gateways: leases end with them, `changes` tell them what to drop from their caches (which are
 * empty on a start from the copy), `known_profiles` are asked again, `paces` is unused, `pings` is for readiness.
 */
export const tables: readonly Table[] = [
  table('key_files', 'name', 'sealed_text'),
  table('subject_journal', 'position', 'at by event', { log: true }),
  table('accounts', 'id', 'family created_at subject_version ended_at'),
  table(
    'identities',
    'family issuer subject',
    'account provider sealed_email link_key link_authority created_at proven_at',
    { ordered: true, account: 'account' },
  ),
  table('account_claims', 'account name', 'sealed_value', { account: 'account' }),
  table('imported_subjects', 'account', 'family subject_key sealed_subject', {
    account: 'account',
    unique: [['family', 'subject_key']],
  }),
  table(
    'instances',
    'id',
    'app origin secret_hash statement_hash redirect_uri device first_viewer created_at seen_at had_pair',
    { ordered: true },
  ),
  table('credentials', 'id', 'sealed_secret instance holder created_at imported', {
    unique: [['instance', 'holder']],
  }),
  table('revocations', 'kind id', 'sealed_reason at', { ordered: true }),
  table('sign_ins', 'grant_id', 'app family instance viewer provider proven_at created_at idle_at', {
    ordered: true,
  }),
  table(
    'artifacts',
    'model id_hash',
    'sealed_payload grant_hash user_code_hash uid_hash consumed_at answer_of',
    {
      ordered: true,
      expires: true,
      unique: [['user_code_hash', 'model']],
    },
  ),
  table('redeemed', 'id_hash model', 'grant_id client redeemed_at sealed_answer answer_until', {
    expires: true,
  }),
  table('records', 'kind key_hash', 'sealed_value', { expires: true }),
  table('counters', 'key_hash', 'count', { expires: true }),
  table('audit', 'seq', 'entry', { log: true }),
];
