import type { Allowance, Limits, Reserved } from './allowance.ts';
import { reserveOneTime, silenceOneTime } from './one-time.ts';
import { reserveRegenerating, silenceRegenerating } from './regenerating.ts';

/** The earliest time for one more call, and the allowance that is left after it. */
export const reserve = (allowance: Allowance, now: number, limits: Limits): Reserved =>
  (limits.mode === 'once' ? reserveOneTime : reserveRegenerating)(allowance, now, limits);

/** After a 429: no calls for `pause`, and no burst after that. */
export const silence = (allowance: Allowance, now: number, pause: number, limits: Limits): Allowance =>
  (limits.mode === 'once' ? silenceOneTime : silenceRegenerating)(allowance, now + pause, limits);
