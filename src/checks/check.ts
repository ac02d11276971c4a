/**
 * Checks: questions about the configuration, the gateway and its surroundings, each with a verdict, the facts it rests
 * on, and a cure. This folder owns the checks of `kinpass doctor` and `kinpass idp check` and the engine that runs
 * them. A check must not change anything that viewers notice, and must not know how its result is shown.
 */

export type Verdict = 'ok' | 'warning' | 'failed' | 'skipped';

/** What a check found. Texts are for operators; they hold no secret, no token and no viewer's data. */
export interface Outcome {
  readonly verdict: Verdict;
  /** One sentence: what was seen. */
  readonly summary: string;
  /** What the verdict rests on, by name: `{ expiresInDays: 12 }`. */
  readonly facts?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** What to do; present unless the verdict is ok or skipped. */
  readonly cure?: string;
}

export interface Check {
  /** `adobe.token`, `provider.issuer`: stable, so that scripts and alerts can refer to it. */
  readonly id: string;
  /** What it asks, as a question of one line. */
  readonly question: string;
  /** Ids of checks that must not have failed before; otherwise this one is skipped, with that reason. */
  readonly needs?: readonly string[];
  /** Rejecting counts as failed. The signal aborts when the time of the check is over, or the run is abandoned. */
  run(signal: AbortSignal): Promise<Outcome>;
}

export interface Result extends Outcome {
  readonly id: string;
  readonly question: string;
  /** Milliseconds. */
  readonly took: number;
}
