import type { KeyStorage } from '#src/config/secrets/key-storage';
import {
  makeSubjectSecret,
  readSubjectSecrets,
  subjectSecretName,
} from '#src/config/secrets/subject-secrets';
import { secretFingerprint } from '#src/families/subject';
import { eventOf, type SubjectEvent } from '#src/families/subject-pins';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import type { Stores } from '#src/stores/ports';
import { createTerminalTrail, terminalOperator } from '../../audit-trail.ts';
import { defineCommand } from '../../command.ts';
import { checkReason, configOption, reasonOption } from '../../options.ts';
import { openSubjectState } from '../../subjects/open.ts';
import { print } from '../../terminal.ts';

/** Errors: arguments_invalid, keys_invalid. */
export const command = defineCommand({
  summary: 'Create a new subject secret for future accounts',
  options: {
    config: configOption,
    reason: reasonOption,
    version: { type: 'string', value: 'n', help: 'replace a lost version' },
  },
  async run(values) {
    const reason = checkReason(values.reason);
    await using state = await openSubjectState(values);
    const { storage, stores } = state;
    const known = await knownVersions(storage, stores);
    const version = parseVersion(values.version, known);
    const file = storage.place(subjectSecretName(version));
    const operator = terminalOperator();
    await createTerminalTrail(stores.audit).recordAction(
      operator,
      {
        action: 'subjects.new-secret',
        target: { kind: 'subject', id: `secret version ${version}` },
        reason,
      },
      async () => {
        const fingerprint = await createSecret(storage, version, file);
        await appendEvent(stores.subjects, operator.actor, { event: 'made', version, fingerprint });
      },
    );
    const elsewhere =
      storage.directory === undefined ? '' : ', and copy it to the keys folder of every gateway';
    print(`${file} created by ${operator.actor}. Back it up now${elsewhere}.`);
    print(
      known.includes(version)
        ? 'It differs from the lost secret: kinpass subjects plan shows what changes.'
        : 'Accounts created after the next start use it; all others keep their secret and their subject.',
    );
  },
});

const createSecret = async (storage: KeyStorage, version: number, file: string): Promise<string> => {
  if (!(await makeSubjectSecret(storage, version, systemIds))) {
    throw fail('keys_invalid', { field: file, hint: `${file} already exists and was not changed` });
  }
  const secret = (await readSubjectSecrets(storage)).get(version);
  if (secret) return secretFingerprint(secret);
  throw fail('keys_invalid', {
    field: file,
    hint: `${file} disappeared: check which other program writes to the folder`,
  });
};

const appendEvent = async (subjects: Stores['subjects'], by: string, event: SubjectEvent): Promise<void> => {
  const entry = { at: systemClock.now(), by, event: { ...event } };
  let recorded = false;
  while (!recorded) recorded = await subjects.append((await subjects.read()).length, [entry]);
};

/** Every version that was ever used: its number is given to another secret only on request. */
const knownVersions = async (storage: KeyStorage, stores: Stores): Promise<number[]> => [
  ...(await readSubjectSecrets(storage)).keys(),
  ...(await stores.accounts.subjectUsage()).map(({ version }) => version),
  ...(await stores.subjects.read())
    .map(eventOf)
    .flatMap((event) => ('version' in event ? [event.version] : [])),
];

const parseVersion = (text: string | undefined, known: readonly number[]): number => {
  const next = Math.max(0, ...known) + 1;
  if (text === undefined) return next;
  const version = Number(text);
  if (known.includes(version) || version === next) return version;
  throw fail('arguments_invalid', {
    field: '--version',
    hint: `"${text}" is not a valid version: the next one is ${next}`,
  });
};
