/**
 * Ports of the keys that are kept in the store. What is stored is sealed by who keeps it here, with a key that the store
 * never sees: one of these files is the key that the store is sealed with.
 */
export interface StoredKeyFile {
  readonly name: string;
  /** Differs whenever it was written, whatever it holds. */
  readonly sealed: string;
}

export interface KeyFileStep {
  readonly name: string;
  /** As it was read; null if there was no such file. */
  readonly before: string | null;
  /** Null removes it. */
  readonly after: string | null;
}

export interface KeyFileStore {
  /** Ordered by name. */
  list(): Promise<readonly StoredKeyFile[]>;
  /**
   * One transaction. Compare-and-set: false, and nothing is written, unless every file is as `before` says. Each is recorded
   * as a change.
   */
  change(steps: readonly KeyFileStep[], now: number): Promise<boolean>;
}

/** A store whose sealing key is not known yet. */
export interface UnsealedStore {
  readonly keyFiles: KeyFileStore;
  /** Whether it has been sealed with some key. True from then on. */
  isSealed(): Promise<boolean>;
}
