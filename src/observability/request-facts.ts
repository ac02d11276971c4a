import type { KinpassError } from '#src/lib/errors';

/** One attempt of a call to Adobe Pass. */
export interface AdobeAttempt {
  readonly operation: string;
  /** Adobe's status; the code of the failure when there is none. */
  readonly status: number | string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Milliseconds, without the wait for the rate limit. */
  readonly ms: number;
}

/**
 * What support may know of one request: names from the settings and from Adobe's configuration, codes and counts. Nothing that says
 * who or which device it was, and no address, code or token.
 */
export interface RequestFacts {
  serviceProvider?: string;
  mvpd?: string;
  /** How many resources a decision was asked for. */
  resources?: number;
  /** Whether something was refused or denied, in an answer that succeeds by its status. */
  hasFailed?: boolean;
  /** Of the last error: the gateway's, Adobe's or OAuth's. */
  code?: string;
  /** At fault, as the error names it. */
  field?: string | undefined;
  /** The business rule that denied. */
  rule?: string | undefined;
  /** Adobe's own id of the call that it refused. */
  adobeTrace?: string | undefined;
  readonly attempts: AdobeAttempt[];
}

/** A decision over many parts makes many calls; the first ones tell enough. */
const maxAttempts = 10;

export const noFacts = (): RequestFacts => ({ attempts: [] });

export const noteAttempt = (facts: RequestFacts, { operation, status, attempt, ms }: AdobeAttempt): void => {
  if (facts.attempts.length < maxAttempts) facts.attempts.push({ operation, status, attempt, ms });
};

export const noteError = (facts: RequestFacts, { code, field, facts: { rule } }: KinpassError): void => {
  facts.hasFailed = true;
  facts.code = code;
  facts.field = field;
  facts.rule = rule ?? facts.rule;
};

interface Asked {
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly body?: Readonly<Record<string, unknown>> | undefined;
}

/** What is asked of Adobe; the first of several questions counts. */
export const noteInput = (facts: RequestFacts, { parameters, body }: Asked = {}): void => {
  const mvpd = parameters?.['mvpd'] ?? body?.['mvpd'];
  const resources = body?.['resources'];
  if (typeof mvpd === 'string') facts.mvpd ??= mvpd;
  if (Array.isArray(resources)) facts.resources ??= resources.length;
};

/** A code that the answer of somebody else has. */
export const noteCode = (facts: RequestFacts, code: string | undefined): void => {
  if (code !== undefined) facts.code = code;
};

/** A decision; the answer itself succeeds. `rule`: of the programmer, which denied it; `mvpd`: that it is about. */
export const noteDenial = (
  facts: RequestFacts,
  { code, rule, mvpd }: { readonly code: string; readonly rule?: string; readonly mvpd?: string },
): void => {
  facts.hasFailed = true;
  facts.code = code;
  if (rule !== undefined) facts.rule = rule;
  if (mvpd !== undefined) facts.mvpd ??= mvpd;
};
