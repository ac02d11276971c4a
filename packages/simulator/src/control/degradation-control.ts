/** Every MVPD and brand unless named. */
export interface DegradationPlace {
  readonly mvpd?: string | undefined;
  readonly serviceProvider?: string | undefined;
}

/** A rule that stands in for an MVPD out of order. */
export interface DegradationOrder extends DegradationPlace {
  readonly rule: 'AuthNAll' | 'AuthZAll' | 'AuthZNone';
  /** Milliseconds of the world's time; for ever unless given. */
  readonly lasts?: number | undefined;
  readonly message?: string | undefined;
}

export interface StandingDegradation {
  readonly rule: string;
  /** `*` for all. */
  readonly serviceProvider: string;
  readonly mvpd: string;
  /** Milliseconds since 1970; null until it is taken back. */
  readonly until: number | null;
}

export interface DegradationControl {
  /** Throws ZodError. */
  degrade(order: DegradationOrder): void;
  /** Takes back the rule of that place; all rules unless one is named. */
  endDegradation(place?: DegradationPlace): void;
  degradations(): StandingDegradation[];
}
