/**
 * Service tokens: the signed statement of who the viewer is that goes along to Adobe Pass. This folder owns the
 * signing keys, issuing, reuse and verifying. It refuses to decide who the viewer is or where a token is sent.
 */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import { readOrMake } from '#src/config/key-files';
import { fail } from '#src/lib/errors';
import { hasRocaPrimes } from './roca.ts';

/** A public key as `/.well-known/service-token-jwks.json` shows it (RFC 7517). */
export interface PublicJwk {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  readonly kid: string;
  readonly alg: 'RS256';
  readonly use: 'sig';
}

export interface KeySet {
  /** What new tokens are signed with. */
  readonly signing: { readonly kid: string; readonly key: KeyObject };
  /** The public key of that id, if it is one of ours. */
  publicKey(kid: string): KeyObject | undefined;
  publicJwks(): { readonly keys: readonly PublicJwk[] };
}

const fileName = 'service-token.pem';
const publicMembers = z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string() });

/**
 * The key in `<directory>/service-token.pem`, made there at the first start (RSA 2048, PKCS#8 PEM).
 * Errors: keys_invalid, naming the file and the cure.
 */
export const loadKeySet = async (directory: string): Promise<KeySet> =>
  createKeySet(await readOrMake(directory, fileName, makePem), join(directory, fileName));

/** A key set of one private key. `source` names it in errors. */
export const createKeySet = async (pem: string, source: string): Promise<KeySet> => {
  const key = readPrivateKey(pem, source);
  checkStrength(key, source);
  const publicKey = createPublicKey(key);
  const members = publicMembers.parse(publicKey.export({ format: 'jwk' }));
  if (hasRocaPrimes(members.n)) throw unfit(source, 'holds a key that can be factored (CVE-2017-15361)');
  const kid = await calculateJwkThumbprint(members, 'sha256'); // RFC 7638
  const jwk: PublicJwk = { kty: 'RSA', n: members.n, e: members.e, kid, alg: 'RS256', use: 'sig' };
  return {
    signing: { kid, key },
    publicKey: (wanted) => (wanted === kid ? publicKey : undefined),
    publicJwks: () => ({ keys: [jwk] }),
  };
};

const makePem = async (): Promise<string> => {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return String(privateKey.export({ type: 'pkcs8', format: 'pem' })).trim();
};

const readPrivateKey = (pem: string, source: string): KeyObject => {
  if (!/^-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----$/.test(pem)) {
    throw unfit(source, 'must hold one unencrypted private key in PKCS#8 PEM (BEGIN PRIVATE KEY)');
  }
  try {
    return createPrivateKey(pem);
  } catch {
    throw unfit(source, 'holds a damaged private key: restore it from a backup');
  }
};

const checkStrength = (key: KeyObject, source: string): void => {
  const { modulusLength = 0, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== 'rsa') throw unfit(source, 'must hold an RSA key');
  if (modulusLength < 2048)
    throw unfit(source, `must hold an RSA key of 2048 bits or more, not ${modulusLength}`);
  if (publicExponent !== 65_537n) throw unfit(source, 'must hold an RSA key whose public exponent is 65537');
};

const unfit = (source: string, what: string) =>
  fail('keys_invalid', {
    field: source,
    hint: `${source} ${what}; openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 makes a fit one`,
  });
