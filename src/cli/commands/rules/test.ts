import { createJudgeOf } from '#src/business-rules/judge';
import { readRules } from '#src/config/business-rules/read-rules';
import { type Fault, faultLines } from '#src/config/faults/fault';
import { fail } from '#src/lib/errors';
import { defineCommand } from '../../command.ts';
import { readCases } from '../../rules/read-cases.ts';
import { runCase } from '../../rules/run-case.ts';
import { print, styled } from '../../terminal.ts';

/** Exit code 1 if a case fails. Needs neither settings nor network. Errors: arguments_invalid, config_invalid. */
export const command = defineCommand({
  summary: 'Try a file of business rules with tables of cases',
  operand: '<file…>',
  options: { rules: { type: 'string', value: 'file', help: 'the rule file' } },
  async run({ rules: file }, files) {
    if (file === undefined) throw fail('arguments_invalid', { field: '--rules', hint: 'it is required' });
    const { rules = [], faults } = await readRules(file);
    refuse(faults);
    const judgeOf = createJudgeOf(rules);
    const names = new Set(rules.map(({ id }) => id));
    let [run, failed] = [0, 0];
    for (const path of files) {
      const found = await readCases(path, names);
      refuse(found.faults);
      for (const one of found.cases) {
        const outcome = await runCase(judgeOf, one);
        run += 1;
        if (outcome !== one.expect) failed += 1;
        print(resultLine(one, outcome));
      }
    }
    print(`${run - failed} of ${run} cases pass`);
    if (failed > 0) process.exit(1);
  },
});

const refuse = (faults: readonly Fault[]): void => {
  if (faults.length > 0) throw fail('config_invalid', { hint: faultLines(faults) });
};

const resultLine = ({ name, expect }: { readonly name: string; readonly expect: string }, outcome: string) =>
  outcome === expect
    ? `${styled('green', 'pass')}  ${name}: ${outcome}`
    : `${styled('red', 'FAIL')}  ${name}: ${outcome}, expected ${expect}`;
