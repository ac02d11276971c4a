import type { Outcome } from './check.ts';

type Facts = NonNullable<Outcome['facts']>;

export const ok = (summary: string, facts?: Facts): Outcome => ({
  verdict: 'ok',
  summary,
  ...(facts && { facts }),
});

/** It could not or need not be asked; the summary says why. */
export const skipped = (summary: string, facts?: Facts): Outcome => ({
  verdict: 'skipped',
  summary,
  ...(facts && { facts }),
});

export const warning = (summary: string, cure: string, facts?: Facts): Outcome => ({
  verdict: 'warning',
  summary,
  cure,
  ...(facts && { facts }),
});

export const failed = (summary: string, cure: string, facts?: Facts): Outcome => ({
  verdict: 'failed',
  summary,
  cure,
  ...(facts && { facts }),
});
