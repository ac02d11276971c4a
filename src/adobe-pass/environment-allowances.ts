import { defaultEnvironment } from '#src/config/environments';
import type { AllowanceStore } from '#src/soft-state/ports';

/** Each environment of Adobe counts the calls of a device by itself. */
export const allowancesIn = (environment: string, allowances: AllowanceStore): AllowanceStore => {
  if (environment === defaultEnvironment) return allowances;
  const keyOf = (key: string): string => `${environment} ${key}`;
  return {
    reserve: (call) => allowances.reserve({ ...call, key: keyOf(call.key) }),
    silence: (silence) => allowances.silence({ ...silence, key: keyOf(silence.key) }),
    quietUntil: (key) => allowances.quietUntil(keyOf(key)),
  };
};
