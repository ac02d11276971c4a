import type { LedgerEntry } from '../ledger/ledger-line.ts';
import { rejectStep } from '../ledger/rotation.ts';
import { rejectFault } from '../load-keys.ts';
import { findKey, type KeyManager, stepRefused, testedSigner } from './key-manager.ts';

export interface Step {
  readonly event: 'exported' | 'acknowledged' | 'activated' | 'retired' | 'destroyed' | 'cancelled';
  /** A key's id or fingerprint, or the beginning of one. */
  readonly key: string;
  /** When it is to take effect, if not now: epoch milliseconds. */
  readonly planned?: number | undefined;
  readonly forced?: boolean | undefined;
  readonly note?: string | undefined;
}

export interface StepResult {
  readonly kid: string;
  /** Set if the step had already been taken, so that nothing was written. */
  readonly alreadyDone?: string;
}

/** Takes or plans a step with a key and records it in the ledger. Errors: key_step_refused, keys_invalid. */
export const takeStep = async (manager: KeyManager, step: Step): Promise<StepResult> => {
  const { ledger, clock, by, maxTokenLifetime } = manager;
  const { result } = await ledger.change(async (entries = []) => {
    rejectFault(entries, ledger.path, maxTokenLifetime);
    const key = findKey(entries, step.key);
    const entry: LedgerEntry = {
      at: clock.now(),
      by,
      event: step.event,
      kid: key.kid,
      fingerprint: fingerprintIn(entries, key.kid),
      ...(step.planned !== undefined && { planned: step.planned }),
      ...(step.forced && { forced: true }),
      ...(step.event === 'activated' && { maxTokenLifetime }),
      ...(step.note !== undefined && { note: step.note }),
    };
    const rejection = rejectStep(entries, entry, maxTokenLifetime);
    const remove = step.event === 'destroyed' && key.where.kind === 'file' ? [key.where.name] : [];
    if (rejection?.done)
      return { append: [], remove, result: { kid: key.kid, alreadyDone: rejection.reason } };
    if (rejection) throw stepRefused(key.kid, `${key.kid}: ${rejection.reason}.`);
    if (step.event === 'activated') await testedSigner(manager, key);
    return { append: [entry], remove, result: { kid: key.kid } };
  });
  return result;
};

const fingerprintIn = (entries: readonly LedgerEntry[], kid: string): string =>
  entries.find((entry) => entry.kid === kid)?.fingerprint ?? '';
