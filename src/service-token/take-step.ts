import { type Desk, findKey, proveKey, refused } from './desk.ts';
import type { LedgerEntry } from './ledger-line.ts';
import { refuseFault } from './load-keys.ts';
import { refuseStep } from './rotation.ts';

export interface Step {
  readonly event: 'exported' | 'acknowledged' | 'activated' | 'retired' | 'destroyed' | 'cancelled';
  /** A key's id, or the beginning of one. */
  readonly key: string;
  /** When it is to take effect, if not now: epoch milliseconds. */
  readonly planned?: number | undefined;
  readonly forced?: boolean | undefined;
  readonly note?: string | undefined;
}

export interface Taken {
  readonly kid: string;
  /** Somebody had taken the step before: nothing was written. */
  readonly before?: string;
}

/** Takes a step with a key, or plans it, and writes it down. Errors: key_step_refused, keys_invalid. */
export const takeStep = async (desk: Desk, step: Step): Promise<Taken> => {
  const { ledger, clock, by, longestLife } = desk;
  const { taken } = await ledger.change(async (entries = []) => {
    refuseFault(entries, ledger.path, longestLife);
    const key = findKey(entries, step.key);
    const entry: LedgerEntry = {
      at: clock.now(),
      by,
      event: step.event,
      kid: key.kid,
      fingerprint: fingerprintIn(entries, key.kid),
      ...(step.planned !== undefined && { planned: step.planned }),
      ...(step.forced && { forced: true }),
      ...(step.event === 'activated' && { longestLife }),
      ...(step.note !== undefined && { note: step.note }),
    };
    const refusal = refuseStep(entries, entry, longestLife);
    if (refusal?.done) return { append: [], taken: { kid: key.kid, before: refusal.why } };
    if (refusal) throw refused(key.kid, `${key.kid}: ${refusal.why}.`);
    if (step.event === 'activated') await proveKey(desk, key);
    return { append: [entry], taken: { kid: key.kid } };
  });
  return taken;
};

const fingerprintIn = (entries: readonly LedgerEntry[], kid: string): string =>
  entries.find((entry) => entry.kid === kid)?.fingerprint ?? '';
