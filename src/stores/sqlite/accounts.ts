import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { Account, AccountStanding, AccountStore, Identity, Resolution } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { createClaimStore } from './claims.ts';
import type { Database } from './database.ts';
import { createImportedSubjects } from './imported-subjects.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

const accountRow = z.object({
  id: z.string(),
  family: z.string(),
  createdAt: z.int(),
  subjectVersion: z.int(),
  endedAt: z.int().nullable(),
});
const accountColumns = `accounts.id, accounts.family, accounts.created_at AS createdAt,
  accounts.subject_version AS subjectVersion, accounts.ended_at AS endedAt`;

const identityRow = z.object({
  family: z.string(),
  issuer: z.string(),
  subject: z.string(),
  provider: z.string(),
  email: z.string().nullable(),
  linkKey: z.string().nullable(),
  linkAuthority: z.string().nullable(),
  createdAt: z.int(),
  provenAt: z.int().nullable(),
});
const identityColumns = `family, issuer, subject, provider, sealed_email AS email, link_key AS linkKey,
  link_authority AS linkAuthority, created_at AS createdAt, proven_at AS provenAt`;

export const createAccountStore = ({ database, seal }: Deps): AccountStore => {
  const {
    linked,
    refresh,
    releaseKey,
    insertAccount,
    insertIdentity,
    byId,
    byIdentity,
    identities,
    usage,
    page,
  } = statements(database);
  const standing = createFindStanding(database);
  const importedSubject = createImportedSubjects({ database, seal }).of;

  const sealedEmail = (identity: Identity): string | null =>
    identity.email === null ? null : seal.seal(identity.email, emailContext(identity));
  const opened = (identity: Identity): Identity =>
    identity.email === null
      ? identity
      : { ...identity, email: seal.open(identity.email, emailContext(identity)) };

  const accountToLink = ({ identity, link }: Resolution): Account | undefined => {
    const { family, issuer, linkKey } = identity;
    if (linkKey === null) return undefined;
    const authorities = JSON.stringify(link.authorities);
    const [found, ...others] = linked({
      family,
      issuer,
      linkKey,
      authorities,
      provenSince: link.provenSince,
    });
    return found?.joinable === 1 && others.length === 0 ? byId({ id: found.id }) : undefined;
  };

  return {
    resolve: ({ identity, fresh, link }) =>
      database.transact(() => {
        const row = { ...identity, email: sealedEmail(identity) };
        if (identity.linkKey !== null) releaseKey(row);
        const known = refresh(row);
        if (known) return standing(known.account) ?? notRevoked(fresh);
        const account = accountToLink({ identity, fresh, link }) ?? insertAccount({ ...fresh }) ?? fresh;
        insertIdentity({ ...row, account: account.id });
        return standing(account.id) ?? notRevoked(account);
      }),
    find: (id) => database.run(() => byId({ id })),
    standing: (id) => database.read(() => standing(id)),
    findByIdentity: ({ family, issuer, subject }) =>
      database.run(() => byIdentity({ family, issuer, subject })),
    identitiesOf: (account) => database.run(() => identities({ account }).map(opened)),
    list: ({ limit, after = '' }) =>
      database.run(() =>
        page({ limit, after }).map((account) => ({
          account,
          identities: identities({ account: account.id }).map(opened),
        })),
      ),
    subjectUsage: () => database.run(() => usage({})),
    ...createClaimStore({ database, seal }),
    importedSubject: (account) => database.run(() => importedSubject(account)),
  };
};

export const createFindAccount = (database: Database) =>
  database.one(`SELECT ${accountColumns} FROM accounts WHERE id = :id`, accountRow);

const notRevoked = (account: Account): AccountStanding => ({ account, isRevoked: false });

/** Part of one read. */
export const createFindStanding = (database: Database) => {
  const findAccount = createFindAccount(database);
  const isRevoked = database.one(
    "SELECT id FROM revocations WHERE kind = 'account' AND id = :id",
    z.object({ id: z.string() }),
  );
  return (id: string): AccountStanding | undefined => {
    const account = findAccount({ id });
    return account && { account, isRevoked: isRevoked({ id }) !== undefined };
  };
};

const statements = (database: Database) => ({
  // Joinable: each of the account's identities with the key counts today, and none is of the same issuer.
  linked: database.all(
    `SELECT account AS id,
        min(link_authority IS NOT NULL AND proven_at IS NOT NULL AND proven_at >= :provenSince
          AND link_authority IN (SELECT value FROM json_each(:authorities)))
        AND NOT EXISTS (SELECT 1 FROM identities AS own WHERE own.account = identities.account
          AND own.issuer = :issuer) AS joinable
      FROM identities WHERE family = :family AND link_key = :linkKey GROUP BY account LIMIT 2`,
    z.object({ id: z.string(), joinable: z.int() }),
  ),
  refresh: database.one(
    `UPDATE identities SET sealed_email = :email, provider = :provider, link_key = :linkKey,
        link_authority = :linkAuthority, proven_at = :provenAt
      WHERE family = :family AND issuer = :issuer AND subject = :subject RETURNING account`,
    z.object({ account: z.string() }),
  ),
  releaseKey: database.command(
    `UPDATE identities SET link_key = NULL, link_authority = NULL
      WHERE family = :family AND link_key = :linkKey AND issuer = :issuer AND subject <> :subject`,
  ),
  insertAccount: database.one(
    `INSERT INTO accounts (id, family, created_at, subject_version)
      VALUES (:id, :family, :createdAt, :subjectVersion) RETURNING ${accountColumns}`,
    accountRow,
  ),
  insertIdentity: database.command(
    `INSERT INTO identities (family, issuer, subject, account, provider, sealed_email, link_key, link_authority,
        created_at, proven_at)
      VALUES (:family, :issuer, :subject, :account, :provider, :email, :linkKey, :linkAuthority, :createdAt, :provenAt)`,
  ),
  byId: createFindAccount(database),
  byIdentity: database.one(
    `SELECT ${accountColumns} FROM accounts JOIN identities ON identities.account = accounts.id
      WHERE identities.family = :family AND identities.issuer = :issuer AND identities.subject = :subject`,
    accountRow,
  ),
  identities: database.all(
    `SELECT ${identityColumns} FROM identities WHERE account = :account ORDER BY rowid`,
    identityRow,
  ),
  page: database.all(
    `SELECT ${accountColumns} FROM accounts WHERE id > :after ORDER BY id LIMIT :limit`,
    accountRow,
  ),
  usage: database.all(
    `SELECT family, subject_version AS version, count(*) AS accounts FROM accounts
      GROUP BY family, subject_version ORDER BY family, subject_version`,
    z.object({ family: z.string(), version: z.int(), accounts: z.int() }),
  ),
});

const emailContext = ({ family, issuer, subject }: Identity): string =>
  compositeKey('identities', 'sealed_email', family, issuer, subject);
