import { z } from 'zod';
import type { Json } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type { RecordKind, RecordStore } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

interface Place {
  readonly kind: string;
  readonly hash: string;
}

const createPlaceOf =
  (seal: Pick<Seal, 'index'>) =>
  (kind: string, key: string): Place => ({ kind, hash: seal.index(key, 'records/key') });

const createOpen =
  (seal: Pick<Seal, 'open'>) =>
  (row: Row | undefined, place: Place): Json | undefined =>
    row && JSON.parse(seal.open(row.value, contextOf(place)));

export const createFindRecord = ({ database, seal }: Deps) => {
  const placeOf = createPlaceOf(seal);
  const opened = createOpen(seal);
  const get = database.one(
    `SELECT sealed_value AS value FROM records
      WHERE kind = :kind AND key_hash = :hash AND expires_at > :now`,
    row,
  );
  return (kind: RecordKind, key: string, now: number): Json | undefined => {
    const place = placeOf(kind, key);
    return opened(get({ ...place, now }), place);
  };
};

export const createRecordStore = ({ database, seal }: Deps): RecordStore => {
  const { put, putFenced, take, remove } = statements(database);

  const placeOf = createPlaceOf(seal);
  const findRecord = createFindRecord({ database, seal });
  const sealed = (value: Json, place: Place): string => seal.seal(JSON.stringify(value), contextOf(place));
  const opened = createOpen(seal);

  return {
    put: (kind, key, { value, expiresAt }) => {
      const place = placeOf(kind, key);
      return database.transact(() => put({ ...place, value: sealed(value, place), expiresAt }));
    },
    putAll: (kind, entries) => {
      const rows = entries.map(({ key, value, expiresAt }) => {
        const place = placeOf(kind, key);
        return { ...place, value: sealed(value, place), expiresAt };
      });
      return database.transact(() => rows.forEach(put));
    },
    get: (kind, key, now) => database.run(() => findRecord(kind, key, now)),
    take: (kind, key, now) => {
      const place = placeOf(kind, key);
      return database.transact(() => opened(take({ ...place, now }), place));
    },
    putFenced: ({ name, owner }, kind, key, { value, expiresAt }) => {
      const place = placeOf(kind, key);
      const row = { ...place, value: sealed(value, place), expiresAt };
      return database.transact(() => putFenced({ ...row, name, owner }) !== undefined);
    },
    delete: (kind, key) => database.transact(() => remove({ ...placeOf(kind, key) })),
  };
};

const row = z.object({ value: z.string() });
type Row = z.infer<typeof row>;

const statements = (database: Database) => ({
  put: database.command(
    `INSERT INTO records (kind, key_hash, sealed_value, expires_at) VALUES (:kind, :hash, :value, :expiresAt)
      ON CONFLICT (kind, key_hash)
      DO UPDATE SET sealed_value = excluded.sealed_value, expires_at = excluded.expires_at`,
  ),
  putFenced: database.one(
    `INSERT INTO records (kind, key_hash, sealed_value, expires_at)
      SELECT :kind, :hash, :value, :expiresAt FROM leases WHERE name = :name AND owner = :owner
      ON CONFLICT (kind, key_hash)
      DO UPDATE SET sealed_value = excluded.sealed_value, expires_at = excluded.expires_at
      RETURNING sealed_value AS value`,
    row,
  ),
  take: database.one(
    `DELETE FROM records WHERE kind = :kind AND key_hash = :hash AND expires_at > :now
      RETURNING sealed_value AS value`,
    row,
  ),
  remove: database.command('DELETE FROM records WHERE kind = :kind AND key_hash = :hash'),
});

const contextOf = ({ kind, hash }: Place): string => compositeKey('records', 'sealed_value', kind, hash);
