import type { Allowance, Limits, OneTime, Reserved } from './allowance.ts';

/**
 * Milliseconds after its last call for which a device is remembered. Adobe does not say for how long it is; a device that
 * is forgotten here while Adobe remembers it gets a 429 for its next burst, and is remembered again.
 */
export const memory = 3_600_000;

/** One second, and the calls of one second: longer or shorter where the rate is not a whole number. */
export const windowOf = ({ perSecond }: Limits): { readonly length: number; readonly calls: number } => {
  const calls = Math.ceil(perSecond);
  return { length: (1000 * calls) / perSecond, calls };
};

const none: OneTime = { window: 0, used: 0, extras: 0 };

const current = ({ replenishedAt, oneTime }: Allowance, now: number, length: number): OneTime => {
  if (!oneTime || replenishedAt <= now) return { window: now, used: 0, extras: 0 };
  const { window, used, extras } = oneTime;
  const since = window + Math.max(0, Math.floor((now - window) / length)) * length;
  return since > window ? { window: since, used: 0, extras } : { window, used, extras };
};

export const reserveOneTime = (allowance: Allowance, now: number, limits: Limits): Reserved => {
  const { length, calls } = windowOf(limits);
  const { quietUntil } = allowance;
  const { window, used, extras } = current(allowance, now, length);
  const left = (at: number, oneTime: OneTime): Reserved => ({
    at,
    left: { replenishedAt: at + memory, quietUntil, oneTime },
  });
  if (used < calls) return left(Math.max(now, window), { window, used: used + 1, extras });
  if (window <= now && extras + 1 <= limits.burst) return left(now, { window, used, extras: extras + 1 });
  return left(window + length, { window: window + length, used: 1, extras });
};

export const silenceOneTime = (allowance: Allowance, until: number, { burst }: Limits): Allowance => {
  const { replenishedAt, quietUntil, oneTime = none } = allowance;
  const last = until > oneTime.window ? { window: until, used: 0 } : oneTime;
  return {
    quietUntil: Math.max(quietUntil, until),
    replenishedAt: Math.max(replenishedAt, until + memory),
    oneTime: { ...last, extras: Math.max(burst, oneTime.extras) },
  };
};
