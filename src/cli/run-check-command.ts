import type { Check, Verdict } from '#src/checks/check';
import { jsonReport, type Marks, textReport } from '#src/checks/report';
import { runChecks } from '#src/checks/run';
import { selectChecks } from '#src/checks/select';
import { systemClock } from '#src/lib/clock';
import { fail } from '#src/lib/errors';
import type { Options, Values } from './command.ts';
import { print, type Style, styled } from './terminal.ts';

/** Options of every command that runs checks. */
export const reportOptions = {
  json: { type: 'boolean', help: 'print the report as JSON' },
  only: {
    type: 'string',
    value: 'id,id',
    help: 'run these checks only; the start of an id stands for all below it',
  },
} as const satisfies Options;

/** Milliseconds that one check may take. */
const timeout = 20_000;

const styles: Readonly<Record<Verdict, Style>> = {
  ok: 'green',
  warning: 'yellow',
  failed: 'red',
  skipped: 'dim',
};

/** How a report looks on a terminal. */
export const marks: Marks = {
  verdict: (verdict, text) => styled(styles[verdict], text),
  aside: (text) => styled('dim', text),
};

/**
 * Runs the checks that are wanted, prints the report, and ends the process with exit code 1 if one failed; warnings do
 * not fail. Errors: arguments_invalid for an id that no check has.
 */
export const runCheckCommand = async (
  checks: readonly Check[],
  { json, only }: Values<typeof reportOptions>,
): Promise<void> => {
  const results = await runChecks(wanted(checks, only), { clock: systemClock, timeout });
  const report = jsonReport(results);
  const lines = json ? [JSON.stringify(report, null, 2)] : textReport(results, marks);
  for (const line of lines) print(line);
  if (!report.ok) process.exit(1);
};

const wanted = (checks: readonly Check[], only: string | undefined): readonly Check[] => {
  if (only === undefined) return checks;
  const { selected, unknown } = selectChecks(checks, only.split(','));
  if (unknown.length === 0) return selected;
  throw fail('arguments_invalid', {
    field: '--only',
    hint: `no check is called ${unknown.join(', ')}. The checks are:\n${checks.map(({ id }) => id).join('\n')}`,
  });
};
