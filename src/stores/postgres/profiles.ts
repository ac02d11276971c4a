import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { ProfileStore } from '../profile-ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';
import { command, count, one } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

/** Changes of accounts, instances, sign-ins and credentials remove what rests on them by a trigger (schema.ts). */
export const createProfileStore = ({ database, seal }: Deps): ProfileStore => {
  const hashOf = (key: string): string => seal.index(key, 'known_profiles/key');
  const subjectHash = (subject: string): string => seal.index(subject, 'known_profiles/subject');

  return {
    put: ({ key, value, subject, ...stored }) => {
      const hash = hashOf(key);
      const sealed = seal.seal(JSON.stringify(value), contextOf(hash));
      const row = { ...stored, hash, subject: subject === null ? null : subjectHash(subject), value: sealed };
      return database.run(put(row));
    },
    get: async (key, now) => {
      const hash = hashOf(key);
      const found = await database.run(get({ hash, now }));
      if (!found) return undefined;
      const { sealedValue, learnedAt } = found;
      return { value: JSON.parse(seal.open(sealedValue, contextOf(hash))), learnedAt };
    },
    remove: (keys) => database.run(remove({ hashes: keys.map(hashOf) })),
    drop: async (tags, { id, at }) => {
      await database.transact(drop({ tags }), told({ id, at }));
    },
    dropMeant: ({ subject, account, device, serviceProvider }, limit) =>
      database.run(
        dropMeant({
          subject: subject === undefined ? null : subjectHash(subject),
          account: account ?? null,
          devices: device ?? null,
          serviceProvider: serviceProvider ?? null,
          limit,
        }),
      ),
  };
};

const contextOf = (hash: string): string => compositeKey('known_profiles', 'sealed_value', hash);

const put = command(
  `INSERT INTO known_profiles (key_hash, credentials, instance, account, grant_id, device, service_provider,
      subject_hash, sealed_value, learned_at, expires_at)
    VALUES (:hash, :credentials, :instance, :account, :grant, :device, :serviceProvider,
      :subject, :value, :learnedAt, :expiresAt)
    ON CONFLICT (key_hash) DO UPDATE SET credentials = excluded.credentials, instance = excluded.instance,
      account = excluded.account, grant_id = excluded.grant_id, device = excluded.device,
      service_provider = excluded.service_provider, subject_hash = excluded.subject_hash,
      sealed_value = excluded.sealed_value, learned_at = excluded.learned_at, expires_at = excluded.expires_at`,
);

const get = one(
  'SELECT sealed_value, learned_at FROM known_profiles WHERE key_hash = :hash AND expires_at > :now',
  z.object({ sealedValue: z.string(), learnedAt: z.int() }),
);

const remove = command(
  'DELETE FROM known_profiles WHERE key_hash = ANY (ARRAY(SELECT json_array_elements_text(:hashes::json)))',
);

/** An array, not a subquery, so that each column's index is used. */
const listed = 'ANY (ARRAY(SELECT json_array_elements_text(:tags::json)))';
const drop = command(
  `DELETE FROM known_profiles WHERE credentials = ${listed} OR account = ${listed} OR device = ${listed}`,
);

const told = command("INSERT INTO changes (kind, id, at) VALUES ('profiles', :id, :at)");

const dropMeant = count(
  `DELETE FROM known_profiles WHERE key_hash IN (
      SELECT key_hash FROM known_profiles
      WHERE (:subject::text IS NULL OR subject_hash = :subject)
        AND (:account::text IS NULL OR account = :account)
        AND (:devices::json IS NULL OR device = ANY (ARRAY(SELECT json_array_elements_text(:devices::json))))
        AND (:serviceProvider::text IS NULL OR service_provider = :serviceProvider)
      LIMIT :limit
    ) RETURNING 1`,
);
