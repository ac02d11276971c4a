import { basename } from 'node:path';
import { createImportLines, type ImportCounts } from '#src/families/import/import-lines';
import { refusalText } from '#src/families/import/refusal';
import { createSeenIndex } from '#src/families/import/seen';
import { examineSubjects, requireSettled } from '#src/families/subjects';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import { systemIds } from '#src/lib/ids';
import { openKeyIndex } from '#src/stores/sqlite/key-index';
import { createTerminalTrail, terminalOperator } from '../audit-trail.ts';
import { defineCommand } from '../command.ts';
import { openLines } from '../import/read-lines.ts';
import { openExistingKept } from '../open-stores.ts';
import { checkReason, configOption, reasonOption } from '../options.ts';
import { loadSettings } from '../settings.ts';
import { print, printError } from '../terminal.ts';

/** Can be run again after it was killed. Errors: import_incomplete; config_invalid, store_invalid, keys_invalid, subjects_changed. */
export const command = defineCommand({
  summary: 'Take over accounts, subjects and Adobe credentials, while gateways run',
  operand: '<file>',
  options: {
    config: configOption,
    'dry-run': { type: 'boolean', help: 'decide about every line; write nothing' },
    reason: reasonOption,
  },
  async run({ 'dry-run': dryRun = false, ...values }, file) {
    const reason = checkReason(values.reason);
    const config = await loadSettings(values);
    const source = await openLines(file);
    const { storage, stores: opened } = await openExistingKept(config);
    await using stores = opened;
    const { families } = config;
    const exam = await examineSubjects({ families, storage, stores });
    requireSettled(storage, exam);
    using texts = openKeyIndex(Buffer.from(systemIds.secret(), 'base64url'));
    const importLines = createImportLines({
      config,
      store: stores.imports,
      accounts: stores.accounts,
      secrets: exam.secrets,
      index: createSeenIndex(texts),
      clock: systemClock,
      ids: systemIds,
    });
    const run = () =>
      importLines({
        lines: source.lines,
        dryRun,
        refused: (line, refusal) => print(`line ${line}: ${refusalText(refusal)}`),
        progress: createProgress(),
      });
    const counts = dryRun
      ? await run()
      : await createTerminalTrail(stores.audit).recordAction(
          terminalOperator(),
          {
            action: 'accounts.import',
            target: { kind: 'file', id: file === '-' ? 'standard input' : basename(file) },
            reason,
          },
          run,
          (done) => ({ details: { ...done, sha256: source.digest() } }),
        );
    for (const line of summary(counts, dryRun)) print(line);
    if (counts.refused === 0) return;
    const hint = 'Correct these lines and run the command again; what is there already stays as it is.';
    throw fail('import_incomplete', { hint });
  },
});

const count = (amount: number): string => amount.toLocaleString('en-US');

const progressStep = 1_000;

/** On stderr, so that the list of refused lines can be kept. */
const createProgress = () => {
  let next = progressStep;
  return ({ lines }: ImportCounts): void => {
    if (lines < next) return;
    next = (Math.floor(lines / progressStep) + 1) * progressStep;
    printError(`${count(lines)} lines`);
  };
};

const summary = (counts: ImportCounts, dryRun: boolean): string[] => {
  const { lines, accounts, identities, subjects, credentials, unchanged, refused } = counts;
  const verb = dryRun ? 'would be added' : 'added';
  return [
    `${count(lines)} lines: ${count(unchanged)} say what is there already, ${count(refused)} refused.`,
    `Accounts ${verb}: ${count(accounts)}, with ${count(subjects)} imported subjects. Identities: ${count(identities)}. Credentials: ${count(credentials)}.`,
  ];
};
