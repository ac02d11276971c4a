import type { FamilyConfig } from '#src/config/schema';
import type { KeyStorage } from '#src/config/secrets/key-storage';
import {
  makeSubjectSecret,
  readSubjectSecrets,
  type SubjectSecrets,
  subjectSecretName,
} from '#src/config/secrets/subject-secrets';
import type { Clock } from '#src/lib/clock';
import { fail, type KinpassError } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import type { Stores } from '#src/stores/ports';
import { createFindSubject, type FindSubject } from './find-subject.ts';
import { secretFingerprint } from './subject.ts';
import {
  compareSubjects,
  type FamilyChange,
  type SubjectReason,
  type SubjectVerdict,
} from './subject-changes.ts';
import { pinsOf } from './subject-pins.ts';

export interface SubjectDeps {
  readonly families: readonly FamilyConfig[];
  readonly storage: KeyStorage;
  readonly stores: Pick<Stores, 'accounts' | 'subjects'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly ids: Pick<Ids, 'secret'>;
  /** Which process starts, for the journal. */
  readonly by: string;
}

export interface SubjectExam {
  readonly secrets: SubjectSecrets;
  readonly verdict: SubjectVerdict;
  /** Length of the journal. */
  readonly journalLength: number;
}

export interface Subjects {
  /** The version of the secret that new accounts use. */
  readonly newest: number;
  readonly find: FindSubject;
}

/** Compares keys and settings with the confirmed state; changes nothing. Errors: keys_invalid, store_invalid. */
export const examineSubjects = async ({
  families,
  storage,
  stores,
}: Pick<SubjectDeps, 'families' | 'storage' | 'stores'>): Promise<SubjectExam> => {
  const secrets = await readSubjectSecrets(storage);
  const fingerprints = new Map([...secrets].map(([version, secret]) => [version, secretFingerprint(secret)]));
  const journal = await stores.subjects.read();
  const usage = await stores.accounts.subjectUsage();
  const verdict = compareSubjects(pinsOf(journal), { families, secrets: fingerprints }, usage);
  return { secrets, verdict, journalLength: journal.length };
};

/** Records the examined state as confirmed. False if the journal has changed meanwhile. */
export const settleSubjects = (
  { stores, clock }: Pick<SubjectDeps, 'stores' | 'clock'>,
  { verdict, journalLength }: SubjectExam,
  by: string,
): Promise<boolean> => {
  const at = clock.now();
  return stores.subjects.append(
    journalLength,
    verdict.events.map((event) => ({ at, by, event: { ...event } })),
  );
};

const attempts = 10;

/**
 * Opens subjects for a start. The first start creates the secret and pins what determines subjects; later starts fail if
 * subjects of existing accounts would change. The pins are stored with the accounts that they protect, so that every
 * node, and every copy of the database, has both or neither.
 * Errors: keys_invalid, subjects_changed, store_invalid.
 */
export const openSubjects = async (deps: SubjectDeps): Promise<Subjects> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const exam = await examineSubjects(deps);
    refuseChanges(deps.storage, exam.verdict);
    if (exam.secrets.size === 0) await makeSubjectSecret(deps.storage, 1, deps.ids);
    else if (exam.verdict.events.length === 0 || (await settleSubjects(deps, exam, deps.by))) {
      const { secrets, verdict } = exam;
      const find = createFindSubject({
        accounts: deps.stores.accounts,
        secrets,
        strategies: verdict.strategies,
      });
      return { newest: Math.max(...secrets.keys()), find };
    }
  }
  throw fail('gateway_unavailable', { detail: 'other processes keep changing the journal of subjects' });
};

type Named = Pick<KeyStorage, 'place'>;

/** Errors: keys_invalid, subjects_changed. */
const refuseChanges = (storage: Named, verdict: SubjectVerdict): void => {
  refuseMissing(storage, verdict);
  const [first] = verdict.changes;
  if (first) throw changed(storage, verdict.changes, first);
};

/** For a command that makes accounts: a gateway has started with these settings. Errors: keys_invalid, subjects_changed. */
export const requireSettled = (storage: Named, { verdict, secrets }: SubjectExam): void => {
  refuseChanges(storage, verdict);
  if (verdict.events.length === 0 && secrets.size > 0) return;
  throw fail('subjects_changed', { hint: 'Start a gateway with these settings first.' });
};

const secretFile = (storage: Named, version: number): string => storage.place(subjectSecretName(version));

/** Errors: keys_invalid, naming a missing version that accounts need. */
export const refuseMissing = (storage: Named, { missing }: SubjectVerdict): void => {
  const [first] = missing;
  if (!first) return;
  const file = secretFile(storage, first.version);
  throw fail('keys_invalid', {
    field: file,
    hint: [
      ...missing.map(
        ({ version, accounts }) =>
          `${secretFile(storage, version)} is missing; ${counted(accounts)} from it.`,
      ),
      'Restore it from a backup. Only if it is lost permanently:',
      `kinpass subjects new-secret --version ${first.version}, then kinpass subjects confirm.`,
    ].join('\n'),
  });
};

const changed = (
  storage: Named,
  changes: readonly FamilyChange[],
  { reasons: [first] }: FamilyChange,
): KinpassError =>
  fail('subjects_changed', {
    ...(first && { field: placeOf(storage, first) }),
    hint: [
      ...changes.flatMap(({ family, reasons }) =>
        reasons.map((reason) => `${family}: ${reasonText(storage, reason)}`),
      ),
      changes.some(({ reasons }) => reasons.some(({ was }) => was === undefined))
        ? 'Restore the database from a backup, or accept the settings with `kinpass subjects confirm` if they are those of before.'
        : 'Undo the change, or review it with `kinpass subjects plan` and accept it with `kinpass subjects confirm`.',
    ].join('\n'),
  });

/** The setting or file that changes subjects. */
const placeOf = (storage: Named, { cause }: SubjectReason): string =>
  'setting' in cause ? cause.setting : secretFile(storage, cause.version);

export const reasonText = (storage: Named, reason: SubjectReason): string => {
  const [place, accounts] = [placeOf(storage, reason), plural(reason.accounts)];
  return reason.was === undefined
    ? `${place} is "${reason.is}", and the journal of subjects lost its entry about it: this may change the subjects of ${accounts}`
    : `${place} was "${reason.was}" and is now "${reason.is}": this changes the subjects of ${accounts}`;
};

const counted = (accounts: number): string =>
  accounts === 1 ? '1 account has its subject' : `${accounts} accounts have their subjects`;

const plural = (accounts: number): string => (accounts === 1 ? '1 account' : `${accounts} accounts`);
