import { z } from 'zod';
import type { JsonObject } from '#src/lib/json';
import type { SubjectJournal } from '../subject-ports.ts';
import type { Database } from './database.ts';

const entryRow = z.object({
  at: z.int(),
  by: z.string(),
  event: z.string().transform((text): JsonObject => JSON.parse(text)),
});

export const createSubjectJournal = ({ database }: { readonly database: Database }): SubjectJournal => {
  const entriesOf = database.all('SELECT at, by, event FROM subject_journal ORDER BY position', entryRow);
  const count = database.one('SELECT count(*) AS length FROM subject_journal', z.object({ length: z.int() }));
  const insert = database.command(
    'INSERT INTO subject_journal (position, at, by, event) VALUES (:position, :at, :by, :event)',
  );
  return {
    read: () => database.run(() => entriesOf({})),
    append: (length, entries) =>
      database.transact(() => {
        if (count({})?.length !== length) return false;
        for (const [index, { at, by, event }] of entries.entries()) {
          insert({ position: length + index + 1, at, by, event: JSON.stringify(event) });
        }
        return true;
      }),
  };
};
