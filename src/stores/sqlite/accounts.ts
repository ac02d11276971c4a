import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { Account, AccountStore, Identity } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { createClaimStore } from './claims.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

const accountRow = z.object({
  id: z.string(),
  family: z.string(),
  createdAt: z.int(),
  subjectVersion: z.int(),
});
const accountColumns =
  'accounts.id, accounts.family, accounts.created_at AS createdAt, accounts.subject_version AS subjectVersion';

const identityRow = z.object({
  family: z.string(),
  issuer: z.string(),
  subject: z.string(),
  provider: z.string(),
  email: z.string().nullable(),
  linkKey: z.string().nullable(),
  createdAt: z.int(),
});
const identityColumns =
  'family, issuer, subject, provider, sealed_email AS email, link_key AS linkKey, created_at AS createdAt';

export const createAccountStore = ({ database, seal }: Deps): AccountStore => {
  const { linked, refresh, insertAccount, insertIdentity, byId, byIdentity, identities, usage } =
    statements(database);

  const sealedEmail = (identity: Identity): string | null =>
    identity.email === null ? null : seal.seal(identity.email, emailContext(identity));
  const opened = (identity: Identity): Identity =>
    identity.email === null
      ? identity
      : { ...identity, email: seal.open(identity.email, emailContext(identity)) };

  const accountToLink = ({ family, linkKey }: Identity): Account | undefined => {
    if (linkKey === null) return undefined;
    const [account, ...others] = linked({ family, linkKey });
    return others.length === 0 ? account : undefined;
  };

  return {
    resolve: (identity, fresh) =>
      database.transact(() => {
        const { family, issuer, subject } = identity;
        const email = sealedEmail(identity);
        const known = refresh({ family, issuer, subject, email });
        if (known) return byId({ id: known.account }) ?? fresh;
        const account = accountToLink(identity) ?? insertAccount({ ...fresh }) ?? fresh;
        insertIdentity({ ...identity, email, account: account.id });
        return account;
      }),
    find: (id) => database.run(() => byId({ id })),
    findByIdentity: ({ family, issuer, subject }) =>
      database.run(() => byIdentity({ family, issuer, subject })),
    identitiesOf: (account) => database.run(() => identities({ account }).map(opened)),
    subjectUsage: () => database.run(() => usage({})),
    ...createClaimStore({ database, seal }),
  };
};

const statements = (database: Database) => ({
  linked: database.all(
    `SELECT DISTINCT ${accountColumns} FROM accounts JOIN identities ON identities.account = accounts.id
      WHERE identities.family = :family AND identities.link_key = :linkKey LIMIT 2`,
    accountRow,
  ),
  refresh: database.one(
    `UPDATE identities SET sealed_email = :email
      WHERE family = :family AND issuer = :issuer AND subject = :subject RETURNING account`,
    z.object({ account: z.string() }),
  ),
  insertAccount: database.one(
    `INSERT INTO accounts (id, family, created_at, subject_version)
      VALUES (:id, :family, :createdAt, :subjectVersion) RETURNING ${accountColumns}`,
    accountRow,
  ),
  insertIdentity: database.command(
    `INSERT INTO identities (family, issuer, subject, account, provider, sealed_email, link_key, created_at)
      VALUES (:family, :issuer, :subject, :account, :provider, :email, :linkKey, :createdAt)`,
  ),
  byId: database.one(`SELECT ${accountColumns} FROM accounts WHERE id = :id`, accountRow),
  byIdentity: database.one(
    `SELECT ${accountColumns} FROM accounts JOIN identities ON identities.account = accounts.id
      WHERE identities.family = :family AND identities.issuer = :issuer AND identities.subject = :subject`,
    accountRow,
  ),
  identities: database.all(
    `SELECT ${identityColumns} FROM identities WHERE account = :account ORDER BY rowid`,
    identityRow,
  ),
  usage: database.all(
    `SELECT family, subject_version AS version, count(*) AS accounts FROM accounts
      GROUP BY family, subject_version ORDER BY family, subject_version`,
    z.object({ family: z.string(), version: z.int(), accounts: z.int() }),
  ),
});

const emailContext = ({ family, issuer, subject }: Identity): string =>
  compositeKey('identities', 'sealed_email', family, issuer, subject);
