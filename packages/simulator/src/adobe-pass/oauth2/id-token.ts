import type { KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '#src/lib/clock';
import { refuse } from '../errors/refusal.ts';

const skew = 60;

const claimsSchema = z.object({
  sub: z.string().min(1),
  hba_status: z.enum(['true', 'false']).optional(),
});

/** Verifies an ID token and returns its claims. Error: invalid_authentication_session. */
export const readIdToken = async (
  token: string,
  { key, issuer, audience, clock }: { key: KeyObject; issuer: string; audience: string; clock: Clock },
): Promise<{ subject: string; atHome: boolean }> => {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['RS256'],
      issuer,
      audience,
      currentDate: new Date(clock.now()),
      clockTolerance: skew,
      requiredClaims: ['sub', 'iat', 'exp'],
    });
    const claims = claimsSchema.parse(payload);
    return { subject: claims.sub, atHome: claims.hba_status === 'true' };
  } catch {
    throw refuse('invalid_authentication_session', 'the ID token of the MVPD is invalid');
  }
};
