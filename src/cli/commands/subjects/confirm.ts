import { examineSubjects, reasonText, refuseMissing, settleSubjects } from '#src/families/subjects';
import { fail } from '#src/lib/errors';
import { createTerminalTrail, terminalOperator } from '../../audit-trail.ts';
import { defineCommand } from '../../command.ts';
import { confirm } from '../../confirm.ts';
import { checkReason, configOption, reasonOption, yesOption } from '../../options.ts';
import { openSubjectState } from '../../subjects/open.ts';
import { print, styled } from '../../terminal.ts';

/** Confirms family by family; applies all changes or none. Errors: subjects_changed, keys_invalid, confirmation_missing. */
export const command = defineCommand({
  summary: 'Accept the planned subject changes, which block start-up',
  options: { config: configOption, reason: reasonOption, yes: yesOption },
  async run(values) {
    const reason = checkReason(values.reason);
    await using state = await openSubjectState(values);
    const exam = await examineSubjects(state);
    const { changes } = exam.verdict;
    refuseMissing(state.storage, exam.verdict);
    if (changes.length === 0) {
      print('No subject would change: there is nothing to confirm.');
      return;
    }
    for (const { family, accounts, reasons } of changes) {
      const certainty = reasons.some(({ was }) => was !== undefined) ? 'will' : 'may';
      print(`${styled('bold', family)}: accounts that ${certainty} get another subject: ${accounts}`);
      for (const reason of reasons) print(`  ${reasonText(state.storage, reason)}`);
    }
    print(
      'Viewers whose subject changes lose their TV-provider profiles and have to log in at their TV provider again.',
    );
    if (!values.yes)
      await confirm(
        changes.map(({ family }) => family),
        [],
      );
    const operator = terminalOperator();
    await createTerminalTrail(state.stores.audit).recordAction(
      operator,
      {
        action: 'subjects.confirm',
        target: { kind: 'subject', id: changes.map(({ family }) => family).join(' ') },
        reason,
        details: { accounts: changes.reduce((sum, { accounts }) => sum + accounts, 0) },
      },
      async () => {
        if (await settleSubjects(state, exam, operator.actor)) return;
        const hint = 'The state has changed in the meantime. Run the command again.';
        throw fail('subjects_changed', { hint });
      },
    );
    print(`Confirmed by ${operator.actor}. Restart every gateway: running ones keep the old subjects.`);
  },
});
