import type { z } from 'zod';

/** Behavior switches that can be changed at run time. */
export interface Switches<S extends object> {
  readonly current: S;
  /** Unnamed switches keep their value. Error: ZodError. */
  change(changes: unknown): void;
  reset(): void;
}

export const createSwitches = <S extends object>(
  /** Accepts any subset of the switches. */
  changesSchema: z.ZodType<object>,
  defaults: Readonly<S>,
): Switches<S> => {
  const current = structuredClone(defaults) as S;
  return {
    current,
    change: (changes) => {
      Object.assign(current, changesSchema.parse(changes));
    },
    reset: () => {
      Object.assign(current, structuredClone(defaults));
    },
  };
};
