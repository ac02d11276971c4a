import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { MeantProfiles, ProfileStore } from '../profile-ports.ts';
import type { Seal } from '../seal.ts';
import { createRecordChange } from './changes.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

/** Changes of accounts, instances, sign-ins and credentials remove what rests on them by a trigger (schema.ts). */
export const createProfileStore = ({ database, seal }: Deps): ProfileStore => {
  const { put, get, remove, drop } = statements(database);
  const dropMeant = createDropMeant(database);
  const recordChange = createRecordChange(database);
  const hashOf = (key: string): string => seal.index(key, 'known_profiles/key');
  const subjectHash = (subject: string): string => seal.index(subject, 'known_profiles/subject');

  return {
    put: ({ key, value, subject, ...stored }) => {
      const hash = hashOf(key);
      const row = {
        ...stored,
        hash,
        subject: subject === null ? null : subjectHash(subject),
        value: seal.seal(JSON.stringify(value), contextOf(hash)),
      };
      return database.transact(() => put(row));
    },
    get: (key, now) =>
      database.run(() => {
        const hash = hashOf(key);
        const found = get({ hash, now });
        return found && { ...found, value: JSON.parse(seal.open(found.value, contextOf(hash))) };
      }),
    remove: (keys) => database.transact(() => remove({ hashes: JSON.stringify(keys.map(hashOf)) })),
    drop: (tags, { id, at }) =>
      database.transact(() => {
        drop({ tags: JSON.stringify(tags) });
        recordChange('profiles', id, at);
      }),
    dropMeant: (meant, limit) => {
      const { subject } = meant;
      const hashed = subject === undefined ? meant : { ...meant, subject: subjectHash(subject) };
      return database.transact(() => dropMeant(hashed, limit));
    },
  };
};

const contextOf = (hash: string): string => compositeKey('known_profiles', 'sealed_value', hash);

const row = z.object({ value: z.string(), learnedAt: z.int() });

const statements = (database: Database) => ({
  put: database.command(
    `INSERT OR REPLACE INTO known_profiles (key_hash, credentials, instance, account, grant_id, device,
        service_provider, subject_hash, sealed_value, learned_at, expires_at)
      VALUES (:hash, :credentials, :instance, :account, :grant, :device,
        :serviceProvider, :subject, :value, :learnedAt, :expiresAt)`,
  ),
  get: database.one(
    `SELECT sealed_value AS value, learned_at AS learnedAt FROM known_profiles
      WHERE key_hash = :hash AND expires_at > :now`,
    row,
  ),
  remove: database.command(
    'DELETE FROM known_profiles WHERE key_hash IN (SELECT value FROM json_each(:hashes))',
  ),
  drop: database.command(
    `DELETE FROM known_profiles WHERE credentials IN (SELECT value FROM json_each(:tags))
      OR account IN (SELECT value FROM json_each(:tags)) OR device IN (SELECT value FROM json_each(:tags))`,
  ),
});

const conditions: Readonly<Record<keyof MeantProfiles, string>> = {
  subject: 'subject_hash = :subject',
  account: 'account = :account',
  device: 'device IN (SELECT value FROM json_each(:device))',
  serviceProvider: 'service_provider = :serviceProvider',
};

/** A statement for each combination of what is given: so an index is used where there is one. */
const createDropMeant = (database: Database) => {
  const prepared = new Map<string, ReturnType<typeof database.all<object>>>();
  return (meant: MeantProfiles, limit: number): number => {
    const given = Object.entries(conditions).filter(([name]) => Reflect.get(meant, name) !== undefined);
    const where = given.map(([, condition]) => condition).join(' AND ') || 'true';
    const statement =
      prepared.get(where) ??
      database.all(
        `DELETE FROM known_profiles WHERE rowid IN (SELECT rowid FROM known_profiles WHERE ${where} LIMIT :limit)
          RETURNING 1 AS removed`,
        z.object({}),
      );
    prepared.set(where, statement);
    const { subject = null, account = null, device, serviceProvider = null } = meant;
    return statement({ subject, account, device: JSON.stringify(device ?? []), serviceProvider, limit })
      .length;
  };
};
