import { z } from 'zod';
import type { JsonObject } from '#src/lib/json';
import type { SubjectJournal } from '../subject-ports.ts';
import type { Database } from './database.ts';
import { going, stopUnless } from './gate.ts';
import { lock } from './locks.ts';
import { all, command } from './statement.ts';

export const createSubjectJournal = ({ database }: { readonly database: Database }): SubjectJournal => ({
  read: () => database.run(entries({})),
  append: async (length, added) => {
    const [, stopped] = await database.transact(
      lock('subject-journal'),
      unlessLonger({ length }),
      append({ length, entries: added.map((entry) => ({ ...entry, event: JSON.stringify(entry.event) })) }),
    );
    return stopped === 0;
  },
});

const entryRow = z.object({
  at: z.int(),
  by: z.string(),
  event: z.string().transform((text): JsonObject => JSON.parse(text)),
});

const entries = all('SELECT at, by, event FROM subject_journal ORDER BY position', entryRow);

const unlessLonger = stopUnless('(SELECT count(*) FROM subject_journal) = :length');

const append = command(
  `INSERT INTO subject_journal (position, at, by, event)
    SELECT :length + position, (entry ->> 'at')::bigint, entry ->> 'by', entry ->> 'event'
    FROM json_array_elements(:entries::json) WITH ORDINALITY AS added (entry, position)
    WHERE ${going}`,
);
