import type { JsonObject } from '#src/lib/json';

/** A decision about subjects, by whom and when. families/ parses the event. Entries are never removed. */
export interface SubjectEntry {
  readonly at: number;
  readonly by: string;
  readonly event: JsonObject;
}

export interface SubjectJournal {
  /** Oldest first. */
  read(): Promise<readonly SubjectEntry[]>;
  /** Compare-and-set: appends all entries if the journal has `length` of them; false if another process was faster. */
  append(length: number, entries: readonly SubjectEntry[]): Promise<boolean>;
}
