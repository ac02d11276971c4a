import type { StoreName } from './methods.ts';
import type { PackedError } from './packed-error.ts';

/** What the thread that writes is started with. */
export interface WriterData {
  readonly file: string;
  /** 32 bytes. */
  readonly sealingKey: Uint8Array;
}

/** A method of a store, called in the other thread. */
export interface Call {
  readonly id: number;
  readonly store: StoreName;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** To the thread. After `close` come no more calls. */
export type Request = readonly Call[] | 'close';

export type Answer = { readonly id: number } & (
  | { readonly result: unknown }
  | { readonly error: PackedError }
);

/** From the thread: first how opening went, then answers. */
export type Response =
  | { readonly opened: Opened }
  | { readonly refused: PackedError }
  | { readonly answers: readonly Answer[] };

export interface Opened {
  /** Milliseconds that reading all pages took; undefined if the database had been closed properly. */
  readonly checkedFor: number | undefined;
}
