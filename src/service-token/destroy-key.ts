import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Desk, findKey } from './desk.ts';
import { type Taken, takeStep } from './take-step.ts';

export interface Destroyed extends Taken {
  /** The key stays at the key management service until it is deleted there. */
  readonly elsewhere?: string;
}

/**
 * Ends a key for good, whatever its state: first in the ledger, so that nobody signs with it any more, then its file.
 * Errors: key_step_refused, keys_invalid.
 */
export const destroyKey = async (desk: Desk, name: string, note?: string): Promise<Destroyed> => {
  const taken = await takeStep(desk, { event: 'destroyed', key: name, note });
  const { where } = findKey((await desk.ledger.read()) ?? [], taken.kid);
  if (where.kind === 'kms') return { ...taken, elsewhere: where.keyId };
  await rm(join(desk.directory, where.name), { force: true });
  await using folder = await open(desk.directory, 'r');
  await folder.sync();
  return taken;
};
