import type { SubjectJournal } from '../subject-ports.ts';

/** Entries are stored as text, so that callers cannot change them through a shared object. */
export const createSubjectJournal = (): SubjectJournal => {
  const journal: string[] = [];
  return {
    read: async () => journal.map((text) => JSON.parse(text)),
    async append(length, entries) {
      if (journal.length !== length) return false;
      journal.push(...entries.map((entry) => JSON.stringify(entry)));
      return true;
    },
  };
};
