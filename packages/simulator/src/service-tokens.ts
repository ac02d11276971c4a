import { createPublicKey, type KeyObject } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import type { SwitchBoard, Switches } from '#src/adobe-pass/switches';
import type { Clock } from '#src/lib/clock';
import { fingerprint } from '#src/lib/ids';
import type { Json, JsonObject } from '#src/lib/json';
import { compositeKey } from '#src/lib/single-flight';

/** What a request's AD-Service-Token turned out to be. */
export interface SeenServiceToken {
  readonly verified: boolean;
  /** Also of a token that did not verify, when it can be read. */
  readonly claims: JsonObject | null;
}

/** Whether an issuer of Adobe's own stands by the token. */
type Voucher = (token: string, claims: JsonObject) => Promise<boolean>;

interface TrustedKey {
  readonly jwk: JsonObject;
  readonly issuer: string | null;
  readonly key: KeyObject;
}

/** Attribute table of the AD-Service-Token header page. */
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

const isAudience = (aud: string, { serviceTokenAudience }: Switches): boolean =>
  serviceTokenAudience === 'anyCase' ? aud.toLowerCase() === 'adobe' : aud === serviceTokenAudience;

/** The keys that programmers handed over, and what Adobe makes of a token that arrives. */
export const createServiceTokens = ({
  clock,
  switches,
}: {
  clock: Clock;
  switches: Pick<SwitchBoard, 'now'>;
}) => {
  const keys = new Map<string, TrustedKey>();
  let vouches: Voucher = async () => false;

  /** Public key as JWK or PEM; with an issuer it counts for that `iss` alone. Throws TypeError if unfit. */
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

  const holds = async (token: string, claims: JsonObject | null): Promise<boolean> => {
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
    /** Tokens that `voucher` stands by hold, whoever's keys are trusted. */
    adopt: (voucher: Voucher): void => {
      vouches = voucher;
    },
    inspect: async (token: string): Promise<SeenServiceToken> => {
      const claims = decodeClaims(token);
      return { claims, verified: await holds(token, claims) };
    },
    /** Who the token speaks of, as one key (of issuer and subject, unless the switch says else); null when it does not hold. */
    subjectOf: async (token: string): Promise<string | null> => {
      const claims = decodeClaims(token);
      if (!(await holds(token, claims))) return null;
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
