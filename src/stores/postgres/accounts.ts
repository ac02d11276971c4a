import { z } from 'zod';
import type { AccountStore, Identity } from '../ports.ts';
import type { Seal } from '../seal.ts';
import {
  accountColumns,
  accountRow,
  accountStandingColumns,
  accountStandingOf,
  accountStandingRow,
  emailContext,
} from './account-row.ts';
import { createClaimStore } from './claims.ts';
import type { Database } from './database.ts';
import { createFindImportedSubject } from './imported-subjects.ts';
import { createResolve } from './resolve-account.ts';
import { all, one } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

const identityRow = z.object({
  family: z.string(),
  issuer: z.string(),
  subject: z.string(),
  provider: z.string(),
  sealedEmail: z.string().nullable(),
  linkKey: z.string().nullable(),
  linkAuthority: z.string().nullable(),
  createdAt: z.int(),
  provenAt: z.int().nullable(),
});

export const createAccountStore = ({ database, seal }: Deps): AccountStore => {
  const opened = ({ sealedEmail, ...identity }: z.infer<typeof identityRow>): Identity => ({
    ...identity,
    email: sealedEmail === null ? null : seal.open(sealedEmail, emailContext(identity)),
  });

  return {
    resolve: createResolve({ database, seal }),
    find: (id) => database.run(byId({ id })),
    standing: async (id) => {
      const found = await database.run(standing({ id }));
      return found && accountStandingOf(found);
    },
    findByIdentity: ({ family, issuer, subject }) => database.run(byIdentity({ family, issuer, subject })),
    identitiesOf: async (account) => (await database.run(identities({ account }))).map(opened),
    list: async ({ limit, after = '' }) =>
      (await database.run(page({ limit, after }))).map(({ identities, ...account }) => ({
        account,
        identities: identities.map(opened),
      })),
    subjectUsage: () => database.run(usage({})),
    ...createClaimStore({ database, seal }),
    importedSubject: createFindImportedSubject({ database, seal }),
  };
};

const byId = one(`SELECT ${accountColumns} FROM accounts WHERE id = :id`, accountRow);

const standing = one(`SELECT ${accountStandingColumns} FROM accounts WHERE id = :id`, accountStandingRow);

const byIdentity = one(
  `SELECT ${accountColumns} FROM accounts JOIN identities ON identities.account = accounts.id
    WHERE identities.family = :family AND identities.issuer = :issuer AND identities.subject = :subject`,
  accountRow,
);

const identities = all('SELECT * FROM identities WHERE account = :account ORDER BY position', identityRow);

const page = all(
  `SELECT ${accountColumns}, (
      SELECT json_agg(identities ORDER BY position) FROM identities WHERE account = accounts.id
    ) AS identities
    FROM accounts WHERE id > :after ORDER BY id LIMIT :limit`,
  accountRow.extend({
    identities: z
      .array(identityRow)
      .nullable()
      .transform((found) => found ?? []),
  }),
);

const usage = all(
  `SELECT family, subject_version AS version, count(*) AS accounts FROM accounts
    GROUP BY family, subject_version ORDER BY family, subject_version`,
  z.object({ family: z.string(), version: z.int(), accounts: z.int() }),
);
