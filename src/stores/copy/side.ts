/**
 * One of the two databases of a copy: pages of rows, and the marks that keep gateways off it during the copy. A side must not know
 * the other, nor decide what is copied.
 */
import type { AuditStore } from '../audit-ports.ts';
import type { KeyFileStore } from '../key-ports.ts';
import type { Mark } from '../moving.ts';
import type { Seal } from '../seal.ts';
import type { Table } from './tables.ts';

export type Value = string | number | null;
export type Row = Readonly<Record<string, Value>>;

export interface Side extends AsyncDisposable {
  /** For messages, without user and password. */
  readonly place: string;
  /** The setting that names it. */
  readonly field: string;
  readonly keyFiles: KeyFileStore;
  readonly audit: AuditStore;
  /** The word sealed with its key: a copy has the same ciphertext. Undefined if nothing is sealed yet. */
  seal(): Promise<string | undefined>;
  mark(): Promise<Mark | undefined>;

  /** Rows that have not expired by `now`. */
  count(table: Table, now: number): Promise<number>;
  /** The same rows, in an order chosen by the side; of a log those after `after`, by its key. */
  pages(table: Table, now: number, after?: number): AsyncIterable<readonly Row[]>;
  /** Those of the rows with these keys that exist, in any order. */
  find(table: Table, keys: readonly Row[]): Promise<readonly Row[]>;
  /** The newest row of a log. */
  last(table: Table): Promise<Row | undefined>;

  /**
   * Inserts or updates these rows in one transaction, and deletes rows that conflict on another unique key. Skips rows whose
   * account does not exist yet. `seal` opens values that this side keeps in plain text.
   */
  put(table: Table, rows: readonly Row[], seal: Pick<Seal, 'open'>): Promise<void>;
  /** Appends the next rows of a log. */
  append(table: Table, rows: readonly Row[]): Promise<void>;
  remove(table: Table, keys: readonly Row[]): Promise<void>;

  /** Marks it as an incomplete copy of the store with this sealed word: no gateway starts on it, and the copy may write rows. */
  receive(seal: string, mark: Mark): Promise<void>;
  /** Once this resolves, no process can write: everything acknowledged before is stored. */
  leave(mark: Mark): Promise<void>;
  /** Removes the marks: gateways may use it. */
  serve(): Promise<void>;
}

export const pageSize = 1_000;
