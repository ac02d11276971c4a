import { createHmac, createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { z } from 'zod';
import type { Json, JsonObject } from '#src/lib/json';

const publicJwk = z.object({
  kty: z.literal('RSA'),
  alg: z.literal('RS256'),
  use: z.literal('sig'),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
});
const privateJwk = publicJwk.extend({
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});
const stateSchema = z.object({ signingKey: privateJwk, retiredKeys: z.array(privateJwk).default([]) });

export type PrivateJwk = z.output<typeof privateJwk>;

/**
 * Signature faults: corrupted bytes; no signature (`alg: none`); an HMAC keyed with the public key (algorithm
 * confusion); a key that is not published.
 */
export const signatureFaults = ['badSignature', 'none', 'hs256', 'unpublishedKey'] as const;
export type SignatureFault = (typeof signatureFaults)[number];

export interface SignOptions {
  readonly typ?: string | undefined;
  readonly flaw?: SignatureFault | undefined;
}

export type Claims = JsonObject | JWTPayload;

/** A party's signing key: generated unless restored, so that key sets cached by clients survive a restart. */
export interface Signer {
  /** The current key first, then the previous ones. */
  privateKeys(): PrivateJwk[];
  publicKeys(): { keys: z.output<typeof publicJwk>[] };
  sign(claims: Claims, options?: SignOptions): Promise<string>;
  /** Signs with a new key from now on; the old one stays published. */
  rotate(): Promise<void>;
  snapshot(): JsonObject;
  restore(state: Json): void;
}

const generate = async (): Promise<PrivateJwk> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return privateJwk.parse({ ...jwk, alg: 'RS256', use: 'sig', kid: await calculateJwkThumbprint(jwk) });
};

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

const corruptSignature = (jws: string): string => {
  const [header, payload, signature = ''] = jws.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes[0] = (bytes[0] ?? 0) ^ 0xff;
  return `${header}.${payload}.${bytes.toString('base64url')}`;
};

const signedBy = (key: PrivateJwk, claims: Claims, typ: string): Promise<string> =>
  new SignJWT(claims as JWTPayload).setProtectedHeader({ alg: key.alg, kid: key.kid, typ }).sign(key);

const signWithFault = async (
  fault: SignatureFault,
  key: PrivateJwk,
  claims: Claims,
  typ: string,
): Promise<string> => {
  if (fault === 'badSignature') return corruptSignature(await signedBy(key, claims, typ));
  if (fault === 'unpublishedKey') return signedBy(await generate(), claims, typ);
  if (fault === 'none') return `${encode({ alg: 'none', typ })}.${encode(claims)}.`;
  const signed = `${encode({ alg: 'HS256', kid: key.kid, typ })}.${encode(claims)}`;
  const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  return `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`;
};

export const createSigner = async (): Promise<Signer> => {
  let key = await generate();
  let retired: PrivateJwk[] = [];
  const privateKeys = () => [key, ...retired];
  return {
    privateKeys,
    publicKeys: () => ({ keys: privateKeys().map((jwk) => publicJwk.parse(jwk)) }),
    sign: (claims, { typ = 'JWT', flaw } = {}) =>
      flaw ? signWithFault(flaw, key, claims, typ) : signedBy(key, claims, typ),
    rotate: async () => {
      const next = await generate();
      retired = privateKeys().slice(0, 4);
      key = next;
    },
    snapshot: () => ({ signingKey: key, retiredKeys: retired }),
    restore: (state) => {
      ({ signingKey: key, retiredKeys: retired } = stateSchema.parse(state));
    },
  };
};
