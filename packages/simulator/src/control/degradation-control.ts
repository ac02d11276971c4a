/** All MVPDs and service providers unless named. */
export interface DegradationScope {
  readonly mvpd?: string | undefined;
  readonly serviceProvider?: string | undefined;
}

/** A rule that Adobe Pass applies instead of asking an MVPD that has problems. */
export interface DegradationRule extends DegradationScope {
  readonly rule: 'AuthNAll' | 'AuthZAll' | 'AuthZNone';
  /** Milliseconds of simulated time; unlimited if omitted. */
  readonly lasts?: number | undefined;
  readonly message?: string | undefined;
}

export interface ActiveDegradation {
  readonly rule: string;
  /** `*` for all. */
  readonly serviceProvider: string;
  readonly mvpd: string;
  /** Milliseconds since 1970; null if it has no end. */
  readonly until: number | null;
}

export interface DegradationControl {
  /** Throws ZodError. */
  degrade(rule: DegradationRule): void;
  /** Removes the rule of that scope, or all rules. */
  endDegradation(scope?: DegradationScope): void;
  degradations(): ActiveDegradation[];
}
