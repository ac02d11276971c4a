import { z } from 'zod';
import type { IdentityProviderConfig } from '#src/config/schema';
import { isPlainText } from '#src/lib/text';
import { domainOf, normalizeDomain, normalizeEmail } from './email.ts';
import type { VerifiedIdentity } from './provider.ts';

/** What a provider says about the address and the person; each member is dropped when it is not what it should be. */
const profileSchema = z.object({
  email: z.string().max(320).optional().catch(undefined),
  // Some providers send it as text: that is no proof.
  email_verified: z.boolean().optional().catch(undefined),
  hd: z.string().max(253).optional().catch(undefined),
  name: z.string().trim().max(200).refine(isPlainText).optional().catch(undefined),
});

export type ProfileClaims = z.output<typeof profileSchema>;

/** Whether the provider is authoritative for addresses of this domain, given what it said of this one. */
export type AuthorityOf = (domain: string, claims: ProfileClaims) => boolean;

type EmailTrust = Extract<IdentityProviderConfig, { kind: 'oidc' }>['emailTrust'];

/** Never without `email_verified: true`: an unproven address belongs to whoever typed it. */
export const authorityByTrust = (trust: EmailTrust): AuthorityOf => {
  if (trust === 'never') return () => false;
  if (trust === 'verifiedClaim') return (_, { email_verified }) => email_verified === true;
  const domains = new Set(trust.authoritativeDomains.map(normalizeDomain));
  return (domain, { email_verified }) => email_verified === true && domains.has(domain);
};

/** E-mail and name of an identity, as far as the claims hold usable ones. */
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

/** The named claims as far as they are ids: text that fits a `sub`, or whole numbers, told as text. */
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
