import { z } from 'zod';
import type { FoundAccount, ImportStore } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { accountColumns, accountRow } from './account-row.ts';
import { sealPair } from './credentials.ts';
import type { Database } from './database.ts';
import { going, stopUnless } from './gate.ts';
import { openSubject, sealSubject, subjectKey } from './imported-subjects.ts';
import { instanceRow } from './instances.ts';
import { lock, lockAll } from './locks.ts';
import { command, one } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

export const createImportStore = ({ database, seal }: Deps): ImportStore => ({
  find: async ({ subjects, ...keys }) => {
    const keyed = subjects.map((subject) => ({ family: subject.family, key: subjectKey(seal, subject) }));
    const { accounts, instances, pairs } = (await database.run(find({ ...keys, subjects: keyed }))) ?? {};
    return {
      accounts: (accounts ?? []).map(({ identities, sealedSubject, ...account }): FoundAccount => {
        const importedSubject = sealedSubject && openSubject(seal, account.id, sealedSubject);
        return { account, identities: identities ?? [], importedSubject };
      }),
      instances: instances ?? [],
      pairs: pairs ?? [],
    };
  },
  add: async ({ accounts, identities, subjects, instances, pairs }) => {
    const rows = {
      accounts,
      identities,
      subjects: subjects.map((subject) => sealSubject(seal, subject)),
      instances,
      pairs: pairs.map((pair) => sealPair(seal, pair)),
    };
    // A sign-in takes the lock of its identity too: neither finds half of the other.
    const turns = identities.map(
      ({ family, issuer, subject }) => ['identity', family, issuer, subject] as const,
    );
    const [, , stopped] = await database.transact(
      lock('import'),
      lockAll(turns),
      unlessTaken(rows),
      addAccounts(rows),
      addIdentities(rows),
      addSubjects(rows),
      addInstances(rows),
      addPairs(rows),
    );
    return stopped === 0;
  },
});

/** Rows that are passed as JSON, by the name of their parameter. */
const given = {
  identities: `json_to_recordset(:identities::json) AS new (family id_text, issuer id_text, subject id_text,
    account id_text, provider id_text, "createdAt" bigint)`,
  subjects: `json_to_recordset(:subjects::json)
    AS new (family id_text, key id_text, account id_text, sealed text)`,
  instances: `json_to_recordset(:instances::json) AS new (id id_text, app id_text, origin id_text,
    "secretHash" id_text, "statementHash" id_text, "redirectUri" text, device id_text, "firstViewer" id_text,
    "createdAt" bigint, "seenAt" bigint)`,
  pairs: `json_to_recordset(:pairs::json)
    AS new (id id_text, secret text, instance id_text, holder id_text, "createdAt" bigint)`,
  accounts: `json_to_recordset(:accounts::json)
    AS new (id id_text, family id_text, "createdAt" bigint, "subjectVersion" integer)`,
};

const sameIdentity = `identities.family = new.family AND identities.issuer = new.issuer
  AND identities.subject = new.subject`;
const sameSubject = 'imported_subjects.family = new.family AND imported_subjects.subject_key = new.key';

const listed = (name: string): string => `(SELECT json_array_elements_text(:${name}::json))`;

const pairs = `SELECT credentials.id, credentials.holder, instances.app, instances.device
  FROM credentials JOIN instances ON instances.id = credentials.instance`;

/** One statement, so that it is one state of the data. */
const find = one(
  `SELECT (SELECT json_agg(found) FROM (
        SELECT ${accountColumns}, (
            SELECT json_agg(own) FROM (
              SELECT issuer, subject FROM identities WHERE account = accounts.id ORDER BY position
            ) AS own
          ) AS identities, (
            SELECT sealed_subject FROM imported_subjects WHERE account = accounts.id
          ) AS sealed_subject
        FROM accounts WHERE id IN (
          SELECT identities.account FROM identities JOIN ${given.identities} ON ${sameIdentity}
          UNION SELECT imported_subjects.account FROM imported_subjects JOIN ${given.subjects} ON ${sameSubject}
        )
      ) AS found) AS accounts,
    (SELECT json_agg(instances) FROM instances WHERE id IN ${listed('instances')}) AS instances,
    (SELECT json_agg(found) FROM (
        ${pairs} WHERE credentials.id IN ${listed('pairs')}
        UNION ${pairs} JOIN json_to_recordset(:places::json) AS place (app id_text, device id_text)
          ON instances.app = place.app AND instances.device = place.device
      ) AS found) AS pairs`,
  z.object({
    accounts: z
      .array(
        accountRow.extend({
          identities: z.array(z.object({ issuer: z.string(), subject: z.string() })).nullable(),
          sealedSubject: z.string().nullable(),
        }),
      )
      .nullable(),
    instances: z.array(instanceRow).nullable(),
    pairs: z
      .array(z.object({ id: z.string(), holder: z.string(), app: z.string(), device: z.string().nullable() }))
      .nullable(),
  }),
);

const unlessTaken = stopUnless(
  `NOT EXISTS (SELECT FROM identities JOIN ${given.identities} ON ${sameIdentity})
    AND NOT EXISTS (SELECT FROM imported_subjects JOIN ${given.subjects} ON ${sameSubject})
    AND NOT EXISTS (SELECT FROM instances JOIN ${given.instances} ON instances.id = new.id)
    AND NOT EXISTS (SELECT FROM credentials JOIN ${given.pairs} ON credentials.id = new.id)`,
);

const addAccounts = command(
  `INSERT INTO accounts (id, family, created_at, subject_version)
    SELECT id, family, "createdAt", "subjectVersion" FROM ${given.accounts} WHERE ${going}`,
);

const addIdentities = command(
  `INSERT INTO identities (family, issuer, subject, account, provider, created_at)
    SELECT family, issuer, subject, account, provider, "createdAt" FROM ${given.identities} WHERE ${going}`,
);

const addSubjects = command(
  `INSERT INTO imported_subjects (account, family, subject_key, sealed_subject)
    SELECT account, family, key, sealed FROM ${given.subjects} WHERE ${going}`,
);

const addInstances = command(
  `INSERT INTO instances (id, app, origin, secret_hash, statement_hash, redirect_uri, device, first_viewer,
      created_at, seen_at, had_pair)
    SELECT id, app, origin, "secretHash", "statementHash", "redirectUri", device, "firstViewer", "createdAt",
      "seenAt", true
    FROM ${given.instances} WHERE ${going}`,
);

const addPairs = command(
  `INSERT INTO credentials (id, sealed_secret, instance, holder, created_at, imported)
    SELECT id, secret, instance, holder, "createdAt", true FROM ${given.pairs} WHERE ${going}`,
);
