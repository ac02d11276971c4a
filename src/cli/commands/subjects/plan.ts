import { subjectSecretName } from '#src/config/secrets/subject-secrets';
import { strategyText } from '#src/families/subject-pins';
import { examineSubjects, reasonText } from '#src/families/subjects';
import { defineCommand } from '../../command.ts';
import { configOption } from '../../options.ts';
import { openSubjectState } from '../../subjects/open.ts';
import { print, styled } from '../../terminal.ts';

export const command = defineCommand({
  summary: 'Show which accounts would get another subject, and why',
  options: { config: configOption },
  async run(values) {
    await using state = await openSubjectState(values);
    const { verdict } = await examineSubjects(state);
    const usage = await state.stores.accounts.subjectUsage();
    for (const { id } of state.families) {
      const strategy = verdict.strategies.get(id);
      const total = usage
        .filter(({ family }) => family === id)
        .reduce((sum, { accounts }) => sum + accounts, 0);
      const change = verdict.changes.find(({ family }) => family === id);
      print(styled('bold', id) + (strategy ? `: ${strategyText(strategy)}` : ''));
      print(
        `  accounts ${change?.of ?? total}, of which would get another subject: ${change?.accounts ?? 0}`,
      );
      for (const reason of change?.reasons ?? []) print(`  ${reasonText(state.storage, reason)}`);
    }
    for (const { version, accounts } of verdict.missing) {
      print(
        `${state.storage.place(subjectSecretName(version))} is missing; accounts that need it: ${accounts}`,
      );
    }
    print(conclusion(verdict.changes.length, verdict.missing.length));
  },
});

const conclusion = (changes: number, missing: number): string => {
  if (missing > 0) return 'The gateway will not start until the missing secret is restored.';
  if (changes > 0)
    return 'The gateway will not start until this is reverted, or confirmed with kinpass subjects confirm.';
  return 'No subject would change.';
};
