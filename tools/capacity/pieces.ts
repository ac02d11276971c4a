import type { Costs } from '../../bench/pieces/counters.ts';
import type { StepName } from '../../bench/pieces/steps.ts';
import measured from '../../bench/pieces.json' with { type: 'json' };

export type { Costs, StepName };

/** The measurements of `bench/pieces.ts`. */
export interface Pieces {
  readonly machine: string;
  readonly node: string;
  readonly postgres: string;
  readonly steps: Readonly<Record<StepName, Costs>>;
  /** One second of an idle process. */
  readonly idle: { readonly transactions: number; readonly redisCalls: number };
}

export const pieces: Pieces = measured;
