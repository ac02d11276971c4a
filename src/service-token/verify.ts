import { jwtVerify } from 'jose';
import { z } from 'zod';
import { type Clock, seconds } from '#src/lib/clock';
import { isCanonicalJws } from '#src/lib/compact-jws';
import { fail } from '#src/lib/errors';
import {
  claimsSchema,
  clockTolerance,
  maxLifetime,
  maxTokenLength,
  type ServiceTokenClaims,
} from './claims.ts';
import type { VerifyingKeys } from './ports.ts';

const headerSchema = z.strictObject({
  alg: z.literal('RS256'),
  kid: z.string().min(1).max(128),
  typ: z.literal('JWT'),
});

interface Deps {
  readonly keys: VerifyingKeys;
  readonly clock: Pick<Clock, 'now'>;
}

interface Expected {
  readonly issuer: string;
  readonly audience: string;
}

/** The claims of a valid service token of this issuer for this audience. Errors: gateway_service_token_invalid. */
export type VerifyServiceToken = (token: string, expected: Expected) => Promise<ServiceTokenClaims>;

export const createVerifyServiceToken =
  ({ keys, clock }: Deps): VerifyServiceToken =>
  async (token, { issuer, audience }) => {
    if (!isCanonicalJws(token, maxTokenLength)) throw invalid('size or encoding');
    const now = seconds(clock.now());
    const { payload } = await jwtVerify(token, (header) => keyFor(keys, header), {
      algorithms: ['RS256'],
      issuer,
      audience,
      currentDate: new Date(clock.now()),
    }).catch(() => {
      throw invalid('signature, header, issuer, audience or expiry');
    });
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) throw invalid('claims');
    const { iat, exp } = claims.data;
    if (iat > now + clockTolerance || exp <= iat || exp - iat > maxLifetime) throw invalid('iat or exp');
    return claims.data;
  };

const keyFor = (keys: VerifyingKeys, header: unknown) => {
  const { kid } = headerSchema.parse(header);
  const key = keys.publicKey(kid);
  if (!key) throw invalid('kid');
  return key;
};

const invalid = (detail: string) =>
  fail('gateway_service_token_invalid', { detail: `service token: ${detail}` });
