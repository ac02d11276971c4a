import { compositeKey } from '#src/lib/single-flight';
import type { RecordKind, RecordStore } from '../expiring-ports.ts';
import { ownerOf } from './leases.ts';
import type { Tables } from './tables.ts';

/** Values are stored as text, so that callers cannot change them through a shared object. */
export const createRecordStore = ({ records, leases }: Tables): RecordStore => {
  const get = (kind: RecordKind, key: string, now: number) => {
    const text = records.get(compositeKey(kind, key), now);
    return text === undefined ? undefined : JSON.parse(text);
  };
  const put: RecordStore['put'] = async (kind, key, { value, expiresAt }) =>
    records.set(compositeKey(kind, key), JSON.stringify(value), expiresAt);
  const remove = (kind: RecordKind, key: string): void => records.delete(compositeKey(kind, key));

  return {
    put,
    putAll: async (kind, entries) => {
      for (const { key, ...entry } of entries) await put(kind, key, entry);
    },
    get: async (kind, key, now) => get(kind, key, now),
    async take(kind, key, now) {
      const value = get(kind, key, now);
      remove(kind, key);
      return value;
    },
    putFenced: async ({ name, owner }, kind, key, entry) => {
      if (ownerOf({ leases }, name) !== owner) return false;
      await put(kind, key, entry);
      return true;
    },
    delete: async (kind, key) => remove(kind, key),
  };
};
