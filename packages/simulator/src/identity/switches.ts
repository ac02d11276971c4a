import type { z } from 'zod';

/** Peculiarities that may be turned while the world runs. */
export interface Switches<S extends object> {
  readonly current: S;
  /** Switches that are not named stay as they are. Error: ZodError. */
  turn(changes: unknown): void;
  reset(): void;
}

export const createSwitches = <S extends object>(
  /** Of any part of the switches. */
  changesSchema: z.ZodType<object>,
  defaults: Readonly<S>,
): Switches<S> => {
  const current = structuredClone(defaults) as S;
  return {
    current,
    turn: (changes) => {
      Object.assign(current, changesSchema.parse(changes));
    },
    reset: () => {
      Object.assign(current, structuredClone(defaults));
    },
  };
};
