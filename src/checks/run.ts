import type { Clock } from '#src/lib/clock';
import { KinpassError } from '#src/lib/errors';
import { systemErrorCode } from '#src/lib/system-error';
import type { Check, Outcome, Result } from './check.ts';
import { mapTexts, reportLine } from './outcome-texts.ts';

interface Deps {
  readonly clock: Pick<Clock, 'monotonic' | 'wait'>;
  /** Milliseconds that one check may take. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs checks side by side, each as soon as those that it needs are done. Returns one result for each, in their order.
 * Never rejects: a check that fails to answer has failed. Needs that are not in the list count as fulfilled, so that a
 * check can run alone.
 */
export const runChecks = (checks: readonly Check[], deps: Deps): Promise<readonly Result[]> => {
  const results = new Map<string, Promise<Result>>();
  const resultOf = (check: Check): Promise<Result> => {
    const known = results.get(check.id);
    if (known) return known;
    const result = runOne(check, needed(check), deps);
    results.set(check.id, result);
    return result;
  };
  const needed = ({ needs = [] }: Check): readonly Promise<Result>[] =>
    checks.filter(({ id }) => needs.includes(id)).map(resultOf);
  return Promise.all(checks.map(resultOf));
};

const runOne = async (check: Check, needed: readonly Promise<Result>[], deps: Deps): Promise<Result> => {
  const { id, question } = check;
  const missing = (await Promise.all(needed)).filter(({ verdict }) => /^(failed|skipped)$/.test(verdict));
  if (missing.length > 0) {
    const summary = `Not checked: it needs ${missing.map((one) => one.id).join(', ')}.`;
    return { id, question, verdict: 'skipped', summary, took: 0 };
  }
  const begun = deps.clock.monotonic();
  const outcome = mapTexts(await answerOf(check, deps), reportLine);
  return { id, question, ...outcome, took: deps.clock.monotonic() - begun };
};

const answerOf = async (check: Check, { clock, timeout, signal }: Deps): Promise<Outcome> => {
  const done = new AbortController();
  const expired = new AbortController();
  const signals = [expired.signal, ...(signal ? [signal] : [])];
  const abandoned = clock.wait(timeout, AbortSignal.any([done.signal, ...(signal ? [signal] : [])])).then(
    () => 'It did not finish in time.',
    () => 'The run was abandoned.',
  );
  const running = check.run(AbortSignal.any(signals)).catch(failure);
  const first = await Promise.race([running, abandoned]);
  done.abort();
  if (typeof first !== 'string') return first;
  expired.abort(new Error(first));
  return {
    verdict: 'failed',
    summary: first,
    cure: 'Run it again; if it fails again, find out why the endpoint does not answer.',
  };
};

/** The error's public half and, for the operator, its detail; never the message of a foreign error. */
const failure = (error: unknown): Outcome => {
  const verdict = 'failed';
  if (!(error instanceof KinpassError)) {
    const code = systemErrorCode(error) ?? (error instanceof Error ? error.name : typeof error);
    return { verdict, summary: `It failed unexpectedly (${code}).`, cure: 'See the log of this command.' };
  }
  const { message, field, detail, hint } = error;
  const parts = [message.replace(/\.$/, ''), field && ` (${field})`, detail && `: ${detail}`, '.'];
  return { verdict, summary: parts.filter(Boolean).join(''), cure: hint ?? 'See docs/errors.md.' };
};
