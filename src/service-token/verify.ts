import { jwtVerify } from 'jose';
import { z } from 'zod';
import { type Clock, seconds } from '#src/lib/clock';
import { isCanonicalJws } from '#src/lib/compact-jws';
import { fail } from '#src/lib/errors';
import type { KeyRing } from './ports.ts';

/** How far the clocks of two nodes may be apart, seconds. */
const clockTolerance = 30;
/** No service token lives longer than a day (`serviceToken.lifetime`), seconds. */
const longestLife = 86_400;
const latestDate = 253_402_300_799; // the end of the year 9999

const headerSchema = z.strictObject({
  alg: z.literal('RS256'),
  kid: z.string().min(1).max(128),
  typ: z.literal('JWT'),
});

const text = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}+$/u);
const date = z.number().int().positive().max(latestDate);

const claimsSchema = z.strictObject({ iss: text, sub: text, aud: text, iat: date, exp: date, jti: text });

export type ServiceTokenClaims = z.output<typeof claimsSchema>;

interface Deps {
  readonly keyRing: Pick<KeyRing, 'publicKey'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * The claims of a service token that this gateway issued, unexpired, to this audience.
 * Errors: gateway_service_token_invalid.
 */
export const createVerifyServiceToken =
  ({ keyRing, clock }: Deps) =>
  async (token: string, expected: { issuer: string; audience: string }): Promise<ServiceTokenClaims> => {
    if (!isCanonicalJws(token, 4_096)) throw invalid('spelling');
    const now = seconds(clock.now());
    const { payload } = await jwtVerify(token, (header) => keyFor(keyRing, header), {
      algorithms: ['RS256'],
      issuer: expected.issuer,
      audience: expected.audience,
      currentDate: new Date(clock.now()),
    }).catch(() => {
      throw invalid('signature, header, issuer, audience or expiry');
    });
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) throw invalid('claims');
    const { iat, exp } = claims.data;
    if (iat > now + clockTolerance || exp <= iat || exp - iat > longestLife) throw invalid('iat or exp');
    return claims.data;
  };

export type VerifyServiceToken = ReturnType<typeof createVerifyServiceToken>;

const keyFor = (keyRing: Pick<KeyRing, 'publicKey'>, header: unknown) => {
  const { kid } = headerSchema.parse(header);
  const key = keyRing.publicKey(kid);
  if (!key) throw invalid('kid');
  return key;
};

const invalid = (detail: string) =>
  fail('gateway_service_token_invalid', { detail: `service token: ${detail}` });
