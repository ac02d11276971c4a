import { decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { isCanonicalJws } from '#src/lib/compact-jws';

/** What a token says of itself; nothing of it is proven. */
export interface Inspection {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Header and claims, unverified; undefined when the text is no compact JWS of JSON objects. */
export const inspectServiceToken = (token: string): Inspection | undefined => {
  if (token.length > 65_536) return undefined;
  try {
    return { header: { ...decodeProtectedHeader(token) }, claims: decodeJwt(token) };
  } catch {
    return undefined;
  }
};

interface Expected {
  readonly issuer: string;
  readonly audience: string;
}

interface Circumstances {
  /** Seconds. */
  readonly now: number;
  /** What is issued here. */
  readonly expected: readonly Expected[];
  /** Undefined for a key that is not in the ring. */
  keyState(kid: string): string | undefined;
}

const believed = new Set(['acknowledged', 'active', 'retiring']);
const dates = z.object({ iat: z.number(), exp: z.number() });

/** Why a token that did not verify may not hold, as far as its own words tell; for operators. Pure. */
export const diagnose = (token: string, { now, expected, keyState }: Circumstances): string[] => {
  const seen = inspectServiceToken(token);
  if (!seen) return ['it is no signed token (compact JWS)'];
  const { alg, kid, typ } = seen.header;
  const { iss, aud } = seen.claims;
  const { iat = Number.NaN, exp = Number.NaN } = dates.safeParse(seen.claims).data ?? {};
  const state = typeof kid === 'string' ? keyState(kid) : undefined;
  const found = [
    !isCanonicalJws(token, 4_096) && 'it is too long, or spelled in another way than it was signed',
    alg !== 'RS256' && 'its alg is not RS256',
    typ !== 'JWT' && 'its typ is not JWT: it is another kind of token',
    typeof kid !== 'string' && 'it names no key (kid)',
    typeof kid === 'string' && state === undefined && 'its key (kid) is not one of this gateway',
    state !== undefined && !believed.has(state) && `its key is ${state}`,
    !expected.some(({ issuer }) => issuer === iss) && 'its issuer (iss) is that of no family',
    !expected.some(({ issuer, audience }) => issuer === iss && audience === aud) &&
      'its audience (aud) is not that of its issuer here',
    !Number.isFinite(iat + exp) && 'its iat or exp is missing or no number',
    exp <= now && `it expired ${now - exp} s ago`,
    iat > now + 30 && 'it comes from the future (iat): compare the clocks',
    exp - iat > 86_400 && 'it lives longer than a day',
  ].filter((reason) => reason !== false);
  return found.length > 0 ? found : ['its signature does not fit, or a claim is missing or malformed'];
};
