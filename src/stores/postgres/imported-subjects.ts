import { z } from 'zod';
import { compositeKey } from '#src/lib/single-flight';
import type { AccountStore, ImportedSubject } from '../ports.ts';
import type { Seal } from '../seal.ts';
import type { Database } from './database.ts';
import { one } from './statement.ts';

interface Deps {
  readonly database: Database;
  readonly seal: Seal;
}

export const createFindImportedSubject =
  ({ database, seal }: Deps): AccountStore['importedSubject'] =>
  async (account) => {
    const found = await database.run(find({ account }));
    return found && openSubject(seal, account, found.sealedSubject);
  };

const find = one(
  'SELECT sealed_subject FROM imported_subjects WHERE account = :account',
  z.object({ sealedSubject: z.string() }),
);

/** Sealed and indexed, since a subject may be the id of a person at another service. */
export const sealSubject = (seal: Seal, { account, family, subject }: ImportedSubject) => ({
  account,
  family,
  key: subjectKey(seal, { family, subject }),
  sealed: seal.seal(subject, context(account)),
});

export const subjectKey = (
  seal: Pick<Seal, 'index'>,
  { family, subject }: Omit<ImportedSubject, 'account'>,
): string => seal.index(compositeKey(family, subject), 'imported_subjects/subject');

export const openSubject = (seal: Pick<Seal, 'open'>, account: string, sealed: string): string =>
  seal.open(sealed, context(account));

const context = (account: string): string => compositeKey('imported_subjects', 'sealed_subject', account);
