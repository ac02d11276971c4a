import { z } from 'zod';
import { isPlainText } from '#src/lib/text';
import type { Authority } from './authority.ts';
import { domainOf, normalizeEmail } from './email.ts';
import type { VerifiedIdentity } from './provider.ts';
import type { IdTokenClaims } from './verify-id-token.ts';

/** Claims about address and person; each is dropped if malformed. */
const profileSchema = z.object({
  email: z.string().max(320).optional().catch(undefined),
  // Some providers send a string, which proves nothing.
  email_verified: z.boolean().optional().catch(undefined),
  hd: z.string().max(253).optional().catch(undefined),
  name: z.string().trim().max(200).refine(isPlainText).optional().catch(undefined),
});

/** E-mail and name of an identity, if the claims hold valid ones. */
export const profileOf = (
  claims: unknown,
  authority: Pick<Authority, 'ruleFor'>,
): Pick<VerifiedIdentity, 'email' | 'name'> => {
  const profile = profileSchema.parse(claims);
  const address = profile.email === undefined ? undefined : normalizeEmail(profile.email);
  return {
    ...(address && { email: { address, authority: authority.ruleFor(domainOf(address), profile) } }),
    ...(profile.name && { name: profile.name }),
  };
};

/** What an ID Token says about the sign-in. Times are seconds; one in the future, by a clock ahead of ours, is now. */
export const authenticationOf = (
  { auth_time: authTime, acr }: Pick<IdTokenClaims, 'auth_time' | 'acr'>,
  { now, clockTolerance }: { readonly now: number; readonly clockTolerance: number },
): Pick<VerifiedIdentity, 'authTime' | 'acr'> => ({
  ...(authTime !== undefined &&
    authTime <= now + clockTolerance && { authTime: Math.min(Math.floor(authTime), now) }),
  ...(acr !== undefined && { acr }),
});

const id = z.union([z.string().max(255).refine(isPlainText), z.int().transform(String)]);

/** The named claims that are valid ids: text that would be a valid `sub`, or integers as text. */
export const namedClaims = (
  claims: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Pick<VerifiedIdentity, 'claims'> => {
  const found = names.flatMap((name) => {
    const result = id.safeParse(Object.hasOwn(claims, name) ? claims[name] : undefined);
    return result.success ? [[name, result.data]] : [];
  });
  return found.length > 0 ? { claims: Object.fromEntries(found) } : {};
};
