import { z } from 'zod';
import { fingerprint } from '#src/lib/ids';
import { decodeServiceToken } from '#src/service-token/diagnose';

/** What a service token says, by which Adobe finds a viewer's profiles. */
export const tokenFacts = z.object({
  issuer: z.string(),
  audience: z.string(),
  /** Hash of `sub`. */
  subject: z.string(),
  kid: z.string(),
});

export type TokenFacts = z.infer<typeof tokenFacts>;

/** Of a token that was issued or verified before; a member that it lacks is empty. Pure. */
export const tokenFactsOf = (token: string | undefined): TokenFacts | undefined => {
  const decoded = token === undefined ? undefined : decodeServiceToken(token);
  if (!decoded) return undefined;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const { iss, aud, sub } = decoded.claims;
  return {
    issuer: text(iss),
    audience: text(aud),
    subject: fingerprint(text(sub)),
    kid: text(decoded.header['kid']),
  };
};
