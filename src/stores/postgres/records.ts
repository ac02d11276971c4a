import { z } from 'zod';
import { type Json, textMember } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type { ExpiringValue, RecordKind, RecordStore } from '../expiring-ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';
import { command, count, one } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

interface Place {
  readonly kind: RecordKind;
  readonly hash: string;
}

export const createPlaceOf =
  (seal: Pick<Seal, 'index'>) =>
  (kind: RecordKind, key: string): Place => ({ kind, hash: seal.index(key, 'records/key') });

export const recordRow = z.object({ sealedValue: z.string() });

export const openRecord = (
  seal: Pick<Seal, 'open'>,
  { sealedValue }: z.infer<typeof recordRow>,
  place: Place,
): Json => JSON.parse(seal.open(sealedValue, recordContext(place)));

export const createRecordStore = ({ database, seal }: Deps): RecordStore => {
  const placeOf = createPlaceOf(seal);
  const rowOf = (kind: RecordKind, key: string, { value, expiresAt }: ExpiringValue) => {
    const place = placeOf(kind, key);
    const sealed = seal.seal(JSON.stringify(value), recordContext(place));
    return { ...place, value: sealed, instance: instanceIn(kind, value), expiresAt };
  };
  return {
    put: (kind, key, entry) => database.run(put(rowOf(kind, key, entry))),
    putAll: async (kind, entries) => {
      await database.transact(...entries.map(({ key, ...entry }) => put(rowOf(kind, key, entry))));
    },
    putFenced: async ({ name, owner }, kind, key, entry) =>
      (await database.run(putFenced({ ...rowOf(kind, key, entry), name, owner }))) === 1,
    get: async (kind, key, now) => {
      const place = placeOf(kind, key);
      const found = await database.run(get({ ...place, now }));
      return found && openRecord(seal, found, place);
    },
    take: async (kind, key, now) => {
      const place = placeOf(kind, key);
      const found = await database.run(take({ ...place, now }));
      return found && openRecord(seal, found, place);
    },
    delete: (kind, key) => database.run(remove({ ...placeOf(kind, key) })),
  };
};

/** Beside the sealed value, so that a caller and its instance are found at once (callers.ts). */
const instanceIn = (kind: RecordKind, value: Json): string | null =>
  kind === 'client-token' ? (textMember(value, 'instance') ?? null) : null;

export const recordContext = ({ kind, hash }: Place): string =>
  compositeKey('records', 'sealed_value', kind, hash);

const columns = 'kind, key_hash, sealed_value, instance, expires_at';
const replacing = `ON CONFLICT (kind, key_hash) DO UPDATE SET sealed_value = excluded.sealed_value,
      instance = excluded.instance, expires_at = excluded.expires_at`;
const put = command(
  `INSERT INTO records (${columns}) VALUES (:kind, :hash, :value, :instance, :expiresAt) ${replacing}`,
);
/** Locks the row of the lease until the end: the next owner reads what was put. */
const putFenced = count(
  `WITH held AS (SELECT FROM leases WHERE name = :name AND owner = :owner FOR SHARE)
    INSERT INTO records (${columns})
    SELECT :kind::text, :hash::text, :value::text, :instance::text, :expiresAt::bigint FROM held
    ${replacing} RETURNING kind`,
);

const place = 'kind = :kind AND key_hash = :hash';
const get = one(`SELECT sealed_value FROM records WHERE ${place} AND expires_at > :now`, recordRow);
const take = one(
  `DELETE FROM records WHERE ${place} AND expires_at > :now RETURNING sealed_value`,
  recordRow,
);
const remove = command(`DELETE FROM records WHERE ${place}`);
