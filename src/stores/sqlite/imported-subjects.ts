import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { ImportedSubject } from '../ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

/** Statements; sealed and indexed, since a subject may be the id of a person at another service. */
export const createImportedSubjects = ({ database, seal }: Deps) => {
  const find = database.one(
    'SELECT sealed_subject AS sealed FROM imported_subjects WHERE account = :account',
    z.object({ sealed: z.string() }),
  );
  const owner = database.one(
    'SELECT account FROM imported_subjects WHERE family = :family AND subject_key = :key',
    z.object({ account: z.string() }),
  );
  const insert = database.command(
    `INSERT INTO imported_subjects (account, family, subject_key, sealed_subject)
      VALUES (:account, :family, :key, :sealed)`,
  );
  const keyOf = ({ family, subject }: Omit<ImportedSubject, 'account'>): string =>
    seal.index(compositeKey(family, subject), 'imported_subjects/subject');

  return {
    of: (account: string): string | undefined => {
      const row = find({ account });
      return row && seal.open(row.sealed, context(account));
    },
    ownerOf: (subject: Omit<ImportedSubject, 'account'>): string | undefined =>
      owner({ family: subject.family, key: keyOf(subject) })?.account,
    insert: (subject: ImportedSubject): void => {
      const { account, family } = subject;
      insert({ account, family, key: keyOf(subject), sealed: seal.seal(subject.subject, context(account)) });
    },
  };
};

const context = (account: string): string => compositeKey('imported_subjects', 'sealed_subject', account);
