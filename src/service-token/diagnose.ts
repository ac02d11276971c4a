import { decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { isCanonicalJws } from '#src/lib/compact-jws';
import { clockTolerance, maxLifetime, maxTokenLength } from './claims.ts';
import type { KnownKey } from './ports.ts';

/** Decoded, not verified. */
export interface DecodedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Header and claims without verification; undefined if the text is not a compact JWS of JSON objects. */
export const decodeServiceToken = (token: string): DecodedToken | undefined => {
  if (token.length > 65_536) return undefined;
  try {
    return { header: { ...decodeProtectedHeader(token) }, claims: decodeJwt(token) };
  } catch {
    return undefined;
  }
};

interface Circumstances {
  /** Seconds. */
  readonly now: number;
  /** Issuers here, each with its audience. */
  readonly expected: readonly { readonly issuer: string; readonly audience: string }[];
  /** Undefined for a key that does not exist here. */
  findKey(kid: string): KnownKey | undefined;
}

const dates = z.object({ iat: z.number(), exp: z.number() });

/** Reasons why a token failed verification, as far as its unverified content tells; for operators. Pure. */
export const diagnose = (token: string, { now, expected, findKey }: Circumstances): string[] => {
  const decoded = decodeServiceToken(token);
  if (!decoded) return ['it is not a signed token (compact JWS)'];
  const { alg, kid, typ } = decoded.header;
  const { iss, aud } = decoded.claims;
  const { iat = Number.NaN, exp = Number.NaN } = dates.safeParse(decoded.claims).data ?? {};
  const key = typeof kid === 'string' ? findKey(kid) : undefined;
  const found = [
    !isCanonicalJws(token, maxTokenLength) && 'it is too long, or its encoding was altered after signing',
    alg !== 'RS256' && 'its alg is not RS256',
    typ !== 'JWT' && 'its typ is not JWT: it is a different kind of token',
    typeof kid !== 'string' && 'it does not name a key (kid)',
    typeof kid === 'string' && !key && 'its key (kid) does not belong to this gateway',
    key && !key.accepted && `its key is ${key.state}`,
    !expected.some(({ issuer }) => issuer === iss) && 'its issuer (iss) does not match any family',
    !expected.some(({ issuer, audience }) => issuer === iss && audience === aud) &&
      'its audience (aud) does not match its issuer',
    !Number.isFinite(iat + exp) && 'its iat or exp is missing or not a number',
    exp <= now && `it expired ${now - exp} s ago`,
    iat > now + clockTolerance && 'its iat is in the future: compare the clocks',
    exp - iat > maxLifetime && 'its lifetime exceeds one day',
  ].filter((reason) => typeof reason === 'string');
  return found.length > 0 ? found : ['its signature is invalid, or a claim is missing or malformed'];
};
