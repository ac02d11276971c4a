import type { Clock } from '#src/lib/clock';
import type { Json } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';
import type { ExpiringValue, RecordKind, RecordStore } from '../ports.ts';
import { createExpiringMap } from './expiring-map.ts';

/** Values are stored as text, so that callers cannot change them through a shared object. */
export const createRecordStore = ({ clock }: { readonly clock: Clock }): RecordStore => {
  const records = createExpiringMap<string>(clock);

  const get = (kind: RecordKind, key: string): Json | undefined => {
    const text = records.get(compositeKey(kind, key));
    return text === undefined ? undefined : JSON.parse(text);
  };
  const put = (kind: RecordKind, key: string, { value, expiresAt }: ExpiringValue): void =>
    records.set(compositeKey(kind, key), JSON.stringify(value), expiresAt);
  const remove = (kind: RecordKind, key: string): void => records.delete(compositeKey(kind, key));

  return {
    put: async (kind, key, entry) => put(kind, key, entry),
    get: async (kind, key) => get(kind, key),
    async take(kind, key) {
      const value = get(kind, key);
      remove(kind, key);
      return value;
    },
    delete: async (kind, key) => remove(kind, key),
    async update(kind, key, change) {
      const next = change(get(kind, key));
      if (next) put(kind, key, next);
      else remove(kind, key);
      return next?.value;
    },
  };
};
