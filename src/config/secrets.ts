import { generateKeyPair } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import { readOrMake } from './key-files.ts';

export interface Secrets {
  /** Seals what the database must not show. */
  readonly sealing: Uint8Array;
  /** Makes subjects out of accounts. Losing it signs every viewer of every family out at Adobe. */
  readonly subject: Uint8Array;
  /** Keys the hash by which proven addresses are compared. */
  readonly link: Uint8Array;
  /** Signs the cookies of the sign-in pages. */
  readonly cookie: string;
  /** PKCS#8 PEM; signs ID tokens. Never the service token's key. */
  readonly idTokenPem: string;
}

const bytes = 32;

/** The gateway's own secrets in the keys directory, made there at the first start. Errors: keys_invalid. */
export const loadSecrets = async (directory: string, ids: Pick<Ids, 'secret'>): Promise<Secrets> => {
  const secret = (name: string) => readOrMake(directory, name, () => ids.secret(bytes));
  const binary = async (name: string): Promise<Uint8Array> => {
    const value = Buffer.from(await secret(name), 'base64url');
    if (value.length === bytes) return value;
    const path = join(directory, name);
    throw fail('keys_invalid', {
      field: path,
      hint: `${path} must hold ${bytes} bytes as base64url: restore it`,
    });
  };
  return {
    sealing: await binary('sealing.secret'),
    subject: await binary('subject.secret'),
    link: await binary('link.secret'),
    cookie: await secret('cookie.secret'),
    idTokenPem: await readOrMake(directory, 'id-token.pem', makePem),
  };
};

const makePem = async (): Promise<string> => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
};
