/** What decides the subjects of service tokens: looking at it, settling it, and a new secret. */
import { createInterface } from 'node:readline';
import { makeSubjectSecret, readSubjectSecrets, subjectSecretFile } from '#src/config/subject-secrets';
import { secretFingerprint } from '#src/families/subject';
import type { FamilyChange } from '#src/families/subject-changes';
import { eventOf, type SubjectEvent, strategyText } from '#src/families/subject-pins';
import { examineSubjects, reasonText, refuseMissing, settleSubjects } from '#src/families/subjects';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import type { Values } from '../arguments.ts';
import { openUsedStores, operatorName, settingsOf } from '../operator.ts';
import { print, styled } from '../terminal.ts';

/** Everything that the verbs look at. */
const open = async (values: Values) => {
  const { families, keys, ...config } = await settingsOf(values);
  const stores = await openUsedStores({ families, keys, ...config });
  return {
    families,
    directory: keys.directory,
    stores,
    clock: systemClock,
    [Symbol.asyncDispose]: () => stores.close(),
  };
};

/** How many accounts would get other subjects, and why. */
export const plan = async (values: Values): Promise<void> => {
  await using state = await open(values);
  const { verdict } = await examineSubjects(state);
  const usage = await state.stores.accounts.subjectUsage();
  for (const { id } of state.families) {
    const strategy = verdict.strategies.get(id);
    const total = usage
      .filter(({ family }) => family === id)
      .reduce((sum, { accounts }) => sum + accounts, 0);
    const change = verdict.changes.find(({ family }) => family === id);
    print(styled('bold', id) + (strategy ? `: ${strategyText(strategy)}` : ''));
    print(`  accounts ${change?.of ?? total}, of which would get another subject: ${change?.accounts ?? 0}`);
    for (const reason of change?.reasons ?? []) print(`  ${reasonText(state.directory, reason)}`);
  }
  for (const { version, accounts } of verdict.missing) {
    print(`${subjectSecretFile(state.directory, version)} is missing; accounts that need it: ${accounts}`);
  }
  print(outlook(verdict.changes.length, verdict.missing.length));
};

const outlook = (changes: number, missing: number): string => {
  if (missing > 0) return 'A start is refused until the missing secret is back.';
  if (changes > 0)
    return 'A start is refused until this is taken back or confirmed: kinpass subjects confirm';
  return 'No subject would change.';
};

/** Lets subjects change, family by family; all or nothing. */
export const confirm = async (values: Values): Promise<void> => {
  await using state = await open(values);
  const exam = await examineSubjects(state);
  refuseMissing(state.directory, exam.verdict);
  if (exam.verdict.changes.length === 0) {
    print('No subject would change: there is nothing to confirm.');
    return;
  }
  for (const { family, accounts, reasons } of exam.verdict.changes) {
    print(`${styled('bold', family)}: accounts that get another subject: ${accounts}`);
    for (const reason of reasons) print(`  ${reasonText(state.directory, reason)}`);
  }
  print(
    'Their viewers lose the TV-provider profiles that they share, and log in at their TV provider again.',
  );
  if (values['yes'] !== true) await ask(exam.verdict.changes);
  const by = operatorName();
  if (!(await settleSubjects(state, exam, by))) {
    throw fail('subjects_changed', { hint: 'Somebody settled something meanwhile: look at it again.' });
  }
  print(`Confirmed by ${by}. Restart every gateway: those that run go on as before.`);
};

const ask = async (changes: readonly FamilyChange[]): Promise<void> => {
  using terminal = createInterface({ input: process.stdin });
  const lines = terminal[Symbol.asyncIterator]();
  for (const { family } of changes) {
    print(`Type ${family} to confirm:`);
    const { value } = await lines.next();
    if (String(value ?? '').trim() !== family) {
      throw fail('subjects_changed', { hint: 'Nothing was confirmed, and nothing changed.' });
    }
  }
};

/** A new version of the secret for accounts to come; with --version one that is lost for good. */
export const newSecret = async (values: Values): Promise<void> => {
  await using state = await open(values);
  const { directory, stores } = state;
  const known = await knownVersions(directory, stores);
  const version = versionFrom(values['version'], known);
  const file = subjectSecretFile(directory, version);
  if (!(await makeSubjectSecret(directory, version, systemIds))) {
    throw fail('keys_invalid', { field: file, hint: `${file} is there already, and stays as it is.` });
  }
  const secret = (await readSubjectSecrets(directory)).get(version);
  if (!secret)
    throw fail('keys_invalid', { field: file, hint: `${file} vanished: look who else writes there.` });
  const event: SubjectEvent = { event: 'made', version, fingerprint: secretFingerprint(secret) };
  const by = operatorName();
  const entry = { at: systemClock.now(), by, event: { ...event } };
  let recorded = false;
  while (!recorded) recorded = await stores.subjects.append((await stores.subjects.read()).length, [entry]);
  print(`${file} made by ${by}. Back it up now, and copy it to the keys folder of every gateway.`);
  print(
    known.includes(version)
      ? 'It is another secret than the lost one: kinpass subjects plan shows what changes.'
      : 'Accounts made after the next start take it; all others keep theirs, and their subjects.',
  );
};

/** A number that was ever used is never given to another secret unasked. */
const knownVersions = async (directory: string, stores: Awaited<ReturnType<typeof open>>['stores']) => [
  ...(await readSubjectSecrets(directory)).keys(),
  ...(await stores.accounts.subjectUsage()).map(({ version }) => version),
  ...(await stores.subjects.read())
    .map(eventOf)
    .flatMap((event) => (event.event === 'family' ? [] : [event.version])),
];

const versionFrom = (text: Values[string], known: readonly number[]): number => {
  const next = Math.max(0, ...known) + 1;
  if (text === undefined) return next;
  const version = Number(text);
  if (known.includes(version) || version === next) return version;
  throw fail('config_invalid', { field: '--version', hint: `"${text}" is no version up to ${next}.` });
};

/** Who settled what, and when. */
export const history = async (values: Values): Promise<void> => {
  await using state = await open(values);
  for (const entry of await state.stores.subjects.read()) {
    print(`${new Date(entry.at).toISOString()}  ${entry.by}  ${eventText(eventOf(entry))}`);
  }
};

const eventText = (event: SubjectEvent): string => {
  if (event.event === 'family') return `${event.family}: ${event.issuer}, ${strategyText(event.subject)}`;
  const what = event.event === 'made' ? 'made' : 'in use';
  return `secret version ${event.version} ${what}: ${event.fingerprint.slice(0, 12)}`;
};
