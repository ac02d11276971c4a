import { findKey, type KeyManager } from './key-manager.ts';
import { type StepResult, takeStep } from './take-step.ts';

export interface Destroyed extends StepResult {
  /** Set for a key of the key management service: it still exists there until it is deleted there. */
  readonly kmsKeyId?: string;
}

/** Destroys a key in any state, and its file. Errors: key_step_refused, keys_invalid. */
export const destroyKey = async (manager: KeyManager, name: string, note?: string): Promise<Destroyed> => {
  const result = await takeStep(manager, { event: 'destroyed', key: name, note });
  const { where } = findKey((await manager.ledger.read()) ?? [], result.kid);
  return where.kind === 'kms' ? { ...result, kmsKeyId: where.keyId } : result;
};
