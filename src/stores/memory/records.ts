import { compositeKey } from '#src/lib/single-flight';
import type { RecordKind, RecordStore } from '../expiring-ports.ts';
import type { Tables } from './tables.ts';

/** Values are stored as text, so that callers cannot change them through a shared object. */
export const createRecordStore = ({ records }: Tables): RecordStore => {
  const get = (kind: RecordKind, key: string, now: number) => {
    const text = records.get(compositeKey(kind, key), now);
    return text === undefined ? undefined : JSON.parse(text);
  };
  const remove = (kind: RecordKind, key: string): void => records.delete(compositeKey(kind, key));

  return {
    put: async (kind, key, { value, expiresAt }) =>
      records.set(compositeKey(kind, key), JSON.stringify(value), expiresAt),
    get: async (kind, key, now) => get(kind, key, now),
    async take(kind, key, now) {
      const value = get(kind, key, now);
      remove(kind, key);
      return value;
    },
    delete: async (kind, key) => remove(kind, key),
  };
};
