import { type KeyObject, verify } from 'node:crypto';
import type { Signer } from '../ports.ts';

const probe = Buffer.from('kinpass');

/** Whether the signer produces signatures that the public key verifies. */
export const selfTest = async (signer: Signer, publicKey: KeyObject): Promise<boolean> => {
  try {
    return verify('sha256', probe, publicKey, await signer.sign(probe));
  } catch {
    return false;
  }
};
