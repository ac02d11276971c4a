import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { invalidKeys } from '#src/lib/rsa-key';

/** Adobe signed with a key of 1024 bits until 2017 at least; such keys can be factored. */
const standardBits = 2048;

/**
 * Public keys of Adobe from PEM files: one BEGIN PUBLIC KEY or BEGIN CERTIFICATE each. Keys of fewer bits than `minBits` are refused.
 * Errors: keys_invalid, naming the file.
 */
export const readMediaTokenKeys = (
  files: readonly string[],
  minBits = standardBits,
): Promise<readonly KeyObject[]> => Promise.all(files.map((file) => readKey(file, minBits)));

const readKey = async (file: string, minBits: number): Promise<KeyObject> => {
  const refused = (problem: string, cause?: unknown) => invalidKeys(file, problem, cause);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw refused('cannot be read: it must contain a public key of Adobe', cause);
  });
  const key = parse(text);
  if (key?.asymmetricKeyType !== 'rsa')
    throw refused(
      'must contain one RSA public key (BEGIN PUBLIC KEY) or certificate (BEGIN CERTIFICATE) in PEM',
    );
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < minBits) throw refused(`has ${bits} bits; at least ${minBits} are required`);
  return key;
};

const parse = (text: string): KeyObject | undefined => {
  if (text.match(/-----BEGIN (?:PUBLIC KEY|CERTIFICATE)-----/g)?.length !== 1) return undefined;
  try {
    return createPublicKey(text);
  } catch {
    return undefined;
  }
};
