import { createPublicKey, type KeyObject } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { compositeKey } from '#src/lib/composite-key';
import { fingerprint } from '#src/lib/ids';
import type { Json, JsonObject } from '#src/lib/json';

/** The result of checking a request's AD-Service-Token. */
export interface SeenServiceToken {
  readonly verified: boolean;
  /** Also of an invalid token, if it can be decoded. */
  readonly claims: JsonObject | null;
}

/** Whether the token was issued by Adobe's own SSO Service. */
type Voucher = (token: string, claims: JsonObject) => Promise<boolean>;

interface TrustedKey {
  readonly jwk: JsonObject;
  readonly issuer: string | null;
  readonly key: KeyObject;
}

/** Per the attribute table of Adobe's AD-Service-Token page. */
const claimsSchema = z.looseObject({
  iss: z.string().min(1),
  sub: z.string().min(1),
  aud: z.string(),
  iat: z.number().int(),
  exp: z.number().int(),
});

const savedKeys = z.array(z.object({ jwk: z.record(z.string(), z.json()), issuer: z.string().nullable() }));

const readPublicKey = (key: JsonObject | string): KeyObject => {
  const publicKey = typeof key === 'string' ? createPublicKey(key) : createPublicKey({ key, format: 'jwk' });
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (publicKey.asymmetricKeyType !== 'rsa' || bits < 2048)
    throw new TypeError('a service token key must be RSA of 2048 bits or more');
  return publicKey;
};

const decodeClaims = (token: string): JsonObject | null => {
  try {
    return JSON.parse(JSON.stringify(decodeJwt(token)));
  } catch {
    return null;
  }
};

/** Behavior switches of Adobe Pass, as far as service tokens depend on them. */
interface ServiceTokenSwitches {
  readonly serviceTokenAudience: 'anyCase' | 'Adobe' | 'adobe';
  readonly serviceTokenIdentity: 'issuerAndSubject' | 'subject';
}

const isAudience = (aud: string, { serviceTokenAudience }: ServiceTokenSwitches): boolean =>
  serviceTokenAudience === 'anyCase' ? aud.toLowerCase() === 'adobe' : aud === serviceTokenAudience;

/** The public keys that programmers registered, and how Adobe verifies service tokens with them. */
export const createServiceTokens = ({
  clock,
  switches,
}: {
  clock: Clock;
  switches: { readonly now: ServiceTokenSwitches };
}) => {
  const keys = new Map<string, TrustedKey>();
  let vouches: Voucher = async () => false;

  /** Public key as JWK or PEM; with an issuer, for that `iss` only. Throws TypeError if it is not an RSA key of 2048 bits. */
  const trust = (key: JsonObject | string, issuer: string | null): void => {
    const publicKey = readPublicKey(key);
    const jwk = JSON.parse(JSON.stringify(publicKey.export({ format: 'jwk' })));
    keys.set(fingerprint(compositeKey(jwk.n, jwk.e, issuer ?? '')), { jwk, issuer, key: publicKey });
  };

  const signer = async (token: string): Promise<TrustedKey | undefined> => {
    for (const candidate of keys.values()) {
      const verified = await compactVerify(token, candidate.key, { algorithms: ['RS256'] }).catch(() => null);
      if (verified) return candidate;
    }
    return undefined;
  };

  const isValid = async (token: string, claims: JsonObject | null): Promise<boolean> => {
    if (claims !== null && (await vouches(token, claims))) return true;
    const parsed = claimsSchema.safeParse(claims);
    const now = clock.now() / 1000;
    if (!parsed.success || !isAudience(parsed.data.aud, switches.now)) return false;
    if (parsed.data.exp <= now || parsed.data.iat > now + 60) return false;
    if (decodeProtectedHeader(token).b64 === false) return false;
    const trusted = await signer(token);
    return trusted !== undefined && (trusted.issuer === null || trusted.issuer === parsed.data.iss);
  };

  return {
    trust,
    /** Tokens that `voucher` accepts are valid regardless of the registered keys. */
    adopt: (voucher: Voucher): void => {
      vouches = voucher;
    },
    inspect: async (token: string): Promise<SeenServiceToken> => {
      const claims = decodeClaims(token);
      return { claims, verified: await isValid(token, claims) };
    },
    /** One key for issuer and subject (or subject only, see the switch); null for an invalid token. */
    subjectOf: async (token: string): Promise<string | null> => {
      const claims = decodeClaims(token);
      if (!(await isValid(token, claims))) return null;
      const [issuer, subject] = [String(claims?.['iss']), String(claims?.['sub'])];
      return switches.now.serviceTokenIdentity === 'subject'
        ? compositeKey(subject)
        : compositeKey(issuer, subject);
    },
    snapshot: (): Json => [...keys.values()].map(({ jwk, issuer }) => ({ jwk, issuer })),
    restore: (state: Json): void => {
      for (const { jwk, issuer } of savedKeys.parse(state)) trust(jwk, issuer);
    },
  };
};

export type ServiceTokens = ReturnType<typeof createServiceTokens>;
