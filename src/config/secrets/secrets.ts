import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { fail } from '#src/lib/errors';
import type { Ids } from '#src/lib/ids';
import { invalidKeys } from '#src/lib/rsa-key';
import { type KeyFile, type KeyStorage, readOrMake } from './key-storage.ts';

export interface Secrets {
  /** Encrypts values in the database. */
  readonly sealing: Uint8Array;
  /** Key of the hash by which verified addresses are compared. */
  readonly link: Uint8Array;
  /** Signs the cookies of the sign-in pages. */
  readonly cookie: string;
  /** PKCS#8 PEM; signs ID tokens. Never the service token's key. */
  readonly idTokenPem: string;
}

export const secretBytes = 32;

/** The bytes of a secret. Errors: keys_invalid. */
export const decodeSecret = (path: string, text: string): Uint8Array => {
  const value = Buffer.from(text, 'base64url');
  if (value.length === secretBytes) return value;
  throw fail('keys_invalid', {
    field: path,
    hint: `${path} must hold ${secretBytes} bytes as base64url: restore it from a backup`,
  });
};

export const sealingName = 'sealing.secret';

/** How each secret is made, by name. */
const makers = (ids: Pick<Ids, 'secret'>) => {
  const secret = () => ids.secret(secretBytes);
  return new Map<string, () => Promise<string> | string>([
    [sealingName, secret],
    ['link.secret', secret],
    ['cookie.secret', secret],
    ['id-token.pem', makePem],
  ]);
};

/** The gateway's own secrets; one that is missing is created. Errors: keys_invalid. */
export const loadSecrets = async (storage: KeyStorage, ids: Pick<Ids, 'secret'>): Promise<Secrets> => {
  for (const [name, make] of makers(ids)) await readOrMake(storage, name, make);
  return readSecrets(storage);
};

/** Creates those that are missing, all in one change where the storage can. Errors: keys_invalid. */
export const makeSecrets = async (storage: KeyStorage, ids: Pick<Ids, 'secret'>): Promise<void> => {
  const create: KeyFile[] = [];
  for (const [name, make] of makers(ids)) create.push({ name, text: await make() });
  await storage.changeLedger(async () => ({ change: { append: '', create }, result: undefined }));
};

/** Creates nothing. Errors: keys_invalid. */
export const readSecrets = async (storage: KeyStorage): Promise<Secrets> => ({
  sealing: await readSealingKey(storage),
  link: decodeSecret(storage.place('link.secret'), await required(storage, 'link.secret')),
  cookie: await required(storage, 'cookie.secret'),
  idTokenPem: await required(storage, 'id-token.pem'),
});

type Readable = Pick<KeyStorage, 'read' | 'place'>;

/** Creates nothing. Errors: keys_invalid. */
export const readSealingKey = async (storage: Readable): Promise<Uint8Array> =>
  decodeSecret(storage.place(sealingName), await required(storage, sealingName));

const required = async (storage: Readable, name: string): Promise<string> => {
  const text = await storage.read(name);
  if (text !== undefined) return text;
  throw invalidKeys(storage.place(name), 'is missing: restore it from a backup');
};

const makePem = async (): Promise<string> => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
};
