import { randomFrom } from '../../support/random-from.ts';

export interface Random {
  /** An integer from 0 to below `limit`. */
  below(limit: number): number;
  pick<T>(values: readonly T[]): T | undefined;
}

export const createRandom = (seed: number): Random => {
  const next = randomFrom(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  return { below, pick: (values) => values[below(values.length)] };
};
