import { z } from 'zod';
import type { FoundAccount, ImportRows, ImportStore } from '../ports.ts';
import type { Seal } from '../seal.ts';
import { createFindAccount } from './accounts.ts';
import { sealPair } from './credentials.ts';
import type { Database } from './database.ts';
import { createImportedSubjects } from './imported-subjects.ts';
import { createAddInstance, createFindInstance } from './instances.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

export const createImportStore = ({ database, seal }: Deps): ImportStore => {
  const { owner, identitiesOf, pairById, pairsAt, insertAccount, insertIdentity, insertPair } =
    statements(database);
  const subjects = createImportedSubjects({ database, seal });
  const findAccount = createFindAccount(database);
  const findInstance = createFindInstance(database);
  const addInstance = createAddInstance(database);

  const found = (id: string): FoundAccount[] => {
    const account = findAccount({ id });
    if (!account) return [];
    return [{ account, identities: identitiesOf({ account: id }), importedSubject: subjects.of(id) ?? null }];
  };

  const isTaken = (rows: ImportRows): boolean =>
    rows.identities.some(({ family, issuer, subject }) => owner({ family, issuer, subject })) ||
    rows.subjects.some((subject) => subjects.ownerOf(subject) !== undefined) ||
    rows.instances.some(({ id }) => findInstance({ id })) ||
    rows.pairs.some(({ id }) => pairById({ id }));

  return {
    find: (keys) =>
      database.read(() => {
        const owners = [
          ...keys.identities.map((identity) => owner({ ...identity })?.account),
          ...keys.subjects.map((subject) => subjects.ownerOf(subject)),
        ];
        const pairs = [
          ...keys.pairs.flatMap((id) => pairById({ id }) ?? []),
          ...keys.places.flatMap((place) => pairsAt({ ...place })),
        ];
        return {
          accounts: [...new Set(owners)].flatMap((id) => (id === undefined ? [] : found(id))),
          instances: keys.instances.flatMap((id) => findInstance({ id }) ?? []),
          pairs: [...new Map(pairs.map((pair) => [pair.id, pair])).values()],
        };
      }),
    add: (rows) =>
      database.transact(() => {
        if (isTaken(rows)) return false;
        for (const account of rows.accounts) insertAccount({ ...account });
        for (const identity of rows.identities) insertIdentity({ ...identity });
        for (const subject of rows.subjects) subjects.insert(subject);
        for (const instance of rows.instances) addInstance(instance);
        for (const pair of rows.pairs) insertPair(sealPair(seal, pair));
        return true;
      }),
  };
};

const statements = (database: Database) => {
  const pairRow = z.object({
    id: z.string(),
    holder: z.string(),
    app: z.string(),
    device: z.string().nullable(),
  });
  const pairs = `SELECT credentials.id, credentials.holder, instances.app, instances.device
    FROM credentials JOIN instances ON instances.id = credentials.instance`;
  return {
    owner: database.one(
      `SELECT account FROM identities WHERE family = :family AND issuer = :issuer AND subject = :subject`,
      z.object({ account: z.string() }),
    ),
    identitiesOf: database.all(
      'SELECT issuer, subject FROM identities WHERE account = :account ORDER BY rowid',
      z.object({ issuer: z.string(), subject: z.string() }),
    ),
    pairById: database.one(`${pairs} WHERE credentials.id = :id`, pairRow),
    pairsAt: database.all(`${pairs} WHERE instances.app = :app AND instances.device = :device`, pairRow),
    insertAccount: database.command(
      `INSERT INTO accounts (id, family, created_at, subject_version)
        VALUES (:id, :family, :createdAt, :subjectVersion)`,
    ),
    insertIdentity: database.command(
      `INSERT INTO identities (family, issuer, subject, account, provider, created_at)
        VALUES (:family, :issuer, :subject, :account, :provider, :createdAt)`,
    ),
    insertPair: database.command(
      `INSERT INTO credentials (id, sealed_secret, instance, holder, created_at, imported)
        VALUES (:id, :secret, :instance, :holder, :createdAt, 1)`,
    ),
  };
};
