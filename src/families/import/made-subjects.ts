import type { SubjectSecrets } from '#src/config/secrets/subject-secrets';
import type { AccountStore } from '#src/stores/ports';
import { createSubjectOf } from '../subject.ts';
import { type Seen, type SeenIndex, seenKeys } from './seen.ts';

const made = /^[\w-]{43}$/;

/** Whether a subject has the form of those that Kinpass makes: only such a one can be that of an account. */
export const looksMade = (subject: string | undefined): boolean =>
  subject !== undefined && made.test(subject);

interface Deps {
  readonly accounts: Pick<AccountStore, 'list'>;
  readonly secrets: SubjectSecrets;
  readonly index: SeenIndex;
}

const pageSize = 500;

/**
 * Notes the subjects that Kinpass has made of the accounts that are there. Those that are created later need no look: no
 * text that was written before has their subject.
 */
export const indexMadeSubjects = async ({ accounts, secrets, index }: Deps): Promise<void> => {
  let after: string | undefined;
  do {
    const page = await accounts.list({ limit: pageSize, after });
    const notes = page.flatMap(({ account: { id, family, subjectVersion } }): [string, Seen][] => {
      const secret = secrets.get(subjectVersion);
      return secret
        ? [[seenKeys.made(family, createSubjectOf(secret)(family, id)), { line: 0, digest: '' }]]
        : [];
    });
    index.put(new Map(notes));
    after = page.at(-1)?.account.id;
  } while (after !== undefined);
};
