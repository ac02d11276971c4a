import { z } from 'zod';
import type { KeyFileStore } from '../key-ports.ts';
import { createRecordChange } from './changes.ts';
import type { Database } from './database.ts';

const row = z.object({ name: z.string(), sealed: z.string() });

export const createKeyFileStore = ({ database }: { readonly database: Database }): KeyFileStore => {
  const all = database.all('SELECT name, sealed_text AS sealed FROM key_files ORDER BY name', row);
  const find = database.one('SELECT name, sealed_text AS sealed FROM key_files WHERE name = :name', row);
  const put = database.command('INSERT OR REPLACE INTO key_files (name, sealed_text) VALUES (:name, :after)');
  const remove = database.command('DELETE FROM key_files WHERE name = :name');
  const recordChange = createRecordChange(database);
  return {
    list: () => database.run(() => all({})),
    change: (steps, now) =>
      database.transact(() => {
        if (steps.some(({ name, before }) => (find({ name })?.sealed ?? null) !== before)) return false;
        for (const { name, after } of steps) {
          if (after === null) remove({ name });
          else put({ name, after });
          recordChange('keys', name, now);
        }
        return true;
      }),
  };
};
