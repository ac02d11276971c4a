import { z } from 'zod';
import { isSingleLine } from '#src/lib/text';

/** Characters. A token is sent in a header, beside others, with every call of a viewer. */
export const maxTokenLength = 4_096;

/** Seconds (`serviceToken.lifetime`). */
export const maxLifetime = 86_400;

/** How far the clocks of two nodes may differ, seconds. */
export const clockTolerance = 30;

const maxDate = 253_402_300_799; // the end of the year 9999

/** What may be in `iss`, `sub` and `aud`. The weaker rule, because subjects never change. */
export const claimText = z.string().max(255).refine(isSingleLine);

const date = z.number().int().positive().max(maxDate);

/** Exactly the claims of a service token. */
export const claimsSchema = z.strictObject({
  iss: claimText,
  sub: claimText,
  aud: claimText,
  iat: date,
  exp: date,
  jti: claimText,
});

export type ServiceTokenClaims = z.output<typeof claimsSchema>;
