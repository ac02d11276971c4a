import { z } from 'zod';
import type { IdentityProviderConfig } from '#src/config/schema';
import { isPlainText } from '#src/lib/text';
import { domainOf, normalizeDomain, normalizeEmail } from './email.ts';
import type { VerifiedIdentity } from './provider.ts';

/** Claims about address and person; each is dropped if malformed. */
const profileSchema = z.object({
  email: z.string().max(320).optional().catch(undefined),
  // Some providers send a string, which proves nothing.
  email_verified: z.boolean().optional().catch(undefined),
  hd: z.string().max(253).optional().catch(undefined),
  name: z.string().trim().max(200).refine(isPlainText).optional().catch(undefined),
});

export type ProfileClaims = z.output<typeof profileSchema>;

/** Whether the provider is authoritative for addresses of this domain, given its claims. */
export type AuthorityOf = (domain: string, claims: ProfileClaims) => boolean;

type EmailTrust = Extract<IdentityProviderConfig, { kind: 'oidc' }>['emailTrust'];

/** Never without `email_verified: true`: anybody can enter an unverified address. */
export const authorityByTrust = (trust: EmailTrust): AuthorityOf => {
  if (trust === 'never') return () => false;
  if (trust === 'verifiedClaim') return (_, { email_verified }) => email_verified === true;
  const domains = new Set(trust.authoritativeDomains.map(normalizeDomain));
  return (domain, { email_verified }) => email_verified === true && domains.has(domain);
};

/** E-mail and name of an identity, if the claims hold valid ones. */
export const profileOf = (
  claims: unknown,
  authorityOf: AuthorityOf,
): Pick<VerifiedIdentity, 'email' | 'name'> => {
  const profile = profileSchema.parse(claims);
  const address = profile.email === undefined ? undefined : normalizeEmail(profile.email);
  return {
    ...(address && { email: { address, authoritative: authorityOf(domainOf(address), profile) } }),
    ...(profile.name && { name: profile.name }),
  };
};

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
