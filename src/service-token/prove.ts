import { type KeyObject, verify } from 'node:crypto';
import type { Signer } from './ports.ts';

const probe = Buffer.from('kinpass');

/** Whether what the signer signs is what the public key verifies. */
export const prove = async (signer: Signer, publicKey: KeyObject): Promise<boolean> => {
  try {
    return verify('sha256', probe, publicKey, await signer.sign(probe));
  } catch {
    return false;
  }
};
