import type { Judge } from '#src/business-rules/judge';
import type { Case } from './read-cases.ts';

/** The id of the rule that denies a case which Adobe permits, before or after it is asked; else `permit`. */
export const runCase = async (judge: Judge, one: Case): Promise<string> => {
  const { app, serviceProvider, mvpd, country, resource, source, profile } = one;
  const facts = { app, serviceProvider, mvpd, country, resources: [resource], now: Date.parse(one.at) };
  const rule = judge.before(facts) ?? (await judge.after({ ...facts, source, profile: async () => profile }));
  return rule?.id ?? 'permit';
};
