import type { Limits } from '../allowance.ts';
import type { Counting } from './allowance-scripts.ts';
import { oneTimeCounting } from './one-time-scripts.ts';
import { regeneratingCounting } from './regenerating-scripts.ts';

/** Keys of the two readings differ: neither reads values of the other. */
export const countingOf = ({ mode }: Limits): Counting =>
  mode === 'once' ? oneTimeCounting : regeneratingCounting;
