import { createLru } from '#src/lib/lru';
import { type Allowance, fullAllowance } from '../allowance.ts';
import type { AllowanceStore } from '../ports.ts';
import { reserve, silence } from '../rate-policy.ts';

/** One for each device that calls. */
const max = 100_000;

export const createAllowances = (): AllowanceStore => {
  const allowances = createLru<Allowance>(max);
  const of = (key: string): Allowance => allowances.get(key) ?? fullAllowance;
  return {
    reserve({ key, limits, now, latest }) {
      const { at, left } = reserve(of(key), now, limits);
      if (at <= latest) allowances.set(key, left);
      return at;
    },
    async silence({ key, limits, now, pause }) {
      allowances.set(key, silence(of(key), now, pause, limits));
    },
    async quietUntil(key) {
      return of(key).quietUntil;
    },
  };
};
