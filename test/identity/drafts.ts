import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** An ID Token before it is signed; tests bend it. */
export interface Draft {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly key: KeyObject;
  /** Instead of what the claims encode to. */
  readonly payload?: string;
}

export type Bend = (draft: Draft) => Draft | string;

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: Readonly<Record<string, unknown>>;
}

export const newSigningKey = (kid: string, modulusLength = 2048, publicExponent = 65_537): SigningKey => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent });
  return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } };
};

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export const seal = (draft: Draft | string): string => {
  if (typeof draft === 'string') return draft;
  const signed = `${encode(draft.header)}.${encode(draft.payload ?? draft.claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), draft.key).toString('base64url')}`;
};

export const hmacSeal = ({ header, claims }: Draft, secret: string): string => {
  const signed = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
};

export const atHash = (accessToken: string): string =>
  createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');

/** The same bytes, spelled with an unused bit set in the last character. */
export const withUnusedBit = (text: string): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + alphabet[alphabet.indexOf(text.slice(-1)) ^ 1];
};
