import type { FamilyConfig, IdentityProviderConfig } from '#src/config/schema';
import { authorityOf } from '#src/identity/authority';
import { normalizeEmail } from '#src/identity/email';
import type { VerifiedIdentity } from '#src/identity/provider';

/** What an address must meet to link accounts of a family, according to the settings of today. */
export interface LinkRules {
  /** The rules by which the family's providers are authoritative for addresses. */
  readonly authorities: readonly string[];
  /** A proof from before links nothing new: the address may belong to somebody else by now. */
  readonly provenSince: number;
}

export const linkRulesOf = (
  { linking, linkingMaxAge, identityProviders }: FamilyConfig,
  providers: readonly IdentityProviderConfig[],
  now: number,
): LinkRules => ({
  authorities:
    linking === 'none'
      ? []
      : providers
          .filter(({ id }) => identityProviders.includes(id))
          .flatMap((provider) => authorityOf(provider).rules),
  provenSince: now - linkingMaxAge,
});

export interface LinkAddress {
  /** Normalized. */
  readonly address: string;
  readonly authority: string;
}

/** The address of an identity if it may link accounts. */
export const linkAddressOf = (
  { email }: Pick<VerifiedIdentity, 'email'>,
  { authorities }: Pick<LinkRules, 'authorities'>,
): LinkAddress | undefined => {
  if (!email?.authority || !authorities.includes(email.authority)) return undefined;
  const address = normalizeEmail(email.address);
  return address === undefined ? undefined : { address, authority: email.authority };
};
