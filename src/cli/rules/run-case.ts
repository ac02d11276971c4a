import type { JudgeOf } from '#src/business-rules/judge';
import type { Case } from './read-cases.ts';

/** The id of the rule that denies a case which Adobe permits, before or after it is asked; else `permit`. */
export const runCase = async (judgeOf: JudgeOf, one: Case): Promise<string> => {
  const { app, serviceProvider, mvpd, country, resource, source, profile } = one;
  const judge = judgeOf({ app, serviceProvider, mvpd, country, now: Date.parse(one.at) });
  const permit = { resources: [resource], source, profile: async () => profile };
  const rule = judge.before(permit) ?? (await judge.after(permit));
  return rule?.id ?? 'permit';
};
