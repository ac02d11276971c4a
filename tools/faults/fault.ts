/** What became of a planted fault. */
export interface Figures {
  readonly requests: number;
  /** Answers that are not what they must be. */
  readonly wrong: number;
  /** Requests without an answer, or that reached no gateway. */
  readonly lost: number;
  /** Milliseconds until everything is served as before, the longest of all times. */
  readonly recovery: number;
  /** The first of what was wrong or lost, as text. */
  readonly examples: readonly string[];
}

export interface Fault {
  /** Of the catalogue of faults. */
  readonly id: string;
  readonly name: string;
  /** A text: why it cannot be planted here. */
  run(): Promise<Figures | string>;
}
