import type { Result, Verdict } from './check.ts';

const verdicts = ['failed', 'warning', 'skipped', 'ok'] as const satisfies readonly Verdict[];

type Counts = Readonly<Record<Verdict, number>>;

/** The report for programs. `ok`: nothing failed; warnings do not count. */
export interface JsonReport {
  readonly ok: boolean;
  readonly counts: Counts;
  readonly checks: readonly Result[];
}

export const jsonReport = (results: readonly Result[]): JsonReport => {
  const counts = countsOf(results);
  return { ok: counts.failed === 0, counts, checks: results };
};

/** How the parts of a line are set off on a terminal. */
export interface Marks {
  verdict(verdict: Verdict, text: string): string;
  /** Facts and ids. */
  aside(text: string): string;
}

/**
 * The report for people: a line for each check, with its facts in short; below it the cure, if there is one. The last
 * line counts the verdicts.
 */
export const textReport = (results: readonly Result[], marks: Marks): string[] => {
  const width = Math.max(0, ...results.map(({ id }) => id.length));
  const lines = results.flatMap(({ id, verdict, summary, facts, cure }) => [
    [
      marks.verdict(verdict, verdict.padEnd(7)),
      ` ${id.padEnd(width)}  ${summary}`,
      facts ? marks.aside(` ${factsText(facts)}`) : '',
    ].join(''),
    ...(cure ? [`${' '.repeat(width + 10)}→ ${cure}`] : []),
  ]);
  return [...lines, '', summaryLine(countsOf(results))];
};

const countsOf = (results: readonly Result[]): Counts => {
  const count = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length;
  return { failed: count('failed'), warning: count('warning'), skipped: count('skipped'), ok: count('ok') };
};

const factsText = (facts: NonNullable<Result['facts']>): string =>
  `(${Object.entries(facts)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(' ') : value}`)
    .join(', ')})`;

const nouns: Readonly<Record<Verdict, readonly [one: string, many: string]>> = {
  failed: ['failed', 'failed'],
  warning: ['warning', 'warnings'],
  skipped: ['skipped', 'skipped'],
  ok: ['ok', 'ok'],
};

const summaryLine = (counts: Counts): string => {
  const total = verdicts.reduce((sum, verdict) => sum + counts[verdict], 0);
  const parts = verdicts
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${counts[verdict]} ${nouns[verdict][counts[verdict] === 1 ? 0 : 1]}`);
  return `${total} ${total === 1 ? 'check' : 'checks'}: ${parts.join(', ')}.`;
};
