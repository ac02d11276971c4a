import { replaceInvisible } from '#src/lib/text';
import type { Outcome } from './check.ts';

type Fact = NonNullable<Outcome['facts']>[string];

/** The outcome with another wording. */
export const mapTexts = (outcome: Outcome, change: (text: string) => string): Outcome => {
  const { verdict, summary, cure, facts } = outcome;
  const changed = (fact: Fact): Fact =>
    typeof fact === 'string' ? change(fact) : typeof fact === 'object' ? fact.map(change) : fact;
  const entries = Object.entries(facts ?? {}).map(([name, fact]) => [name, changed(fact)] as const);
  return {
    verdict,
    summary: change(summary),
    ...(cure !== undefined && { cure: change(cure) }),
    ...(entries.length > 0 && { facts: Object.fromEntries(entries) }),
  };
};

/** Characters of one text; a provider may publish lists without end. */
const maxLength = 1_000;

/** One line, of bounded length: what others answered ends up on a terminal. */
export const reportLine = (text: string): string => {
  const line = replaceInvisible(text.replace(/\r?\n/g, ' '));
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
};
