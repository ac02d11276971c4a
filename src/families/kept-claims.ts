import type { FamilyConfig } from '#src/config/schema';
import type { VerifiedIdentity } from '#src/identity/provider';
import { compositeKey } from '#src/lib/single-flight';
import { isPlainText } from '#src/lib/text';

export interface ClaimSource {
  readonly provider: string;
  readonly claim: string;
}

/** The name that a claim is stored under: equal names of two providers are two claims. */
export const claimKey = ({ provider, claim }: ClaimSource): string => compositeKey(provider, claim);

/** The claim that a family's subjects are made of; undefined where they are pseudonyms of accounts. */
export const claimSourceOf = ({
  identityProviders,
  serviceToken: { subject },
}: Pick<FamilyConfig, 'identityProviders' | 'serviceToken'>): ClaimSource | undefined =>
  subject.strategy === 'claim'
    ? { provider: subject.provider ?? identityProviders[0] ?? '', claim: subject.claim }
    : undefined;

/** The claims of a provider's ID Tokens that subjects of some family are made of. */
export const claimsToPassOn = (
  families: readonly Pick<FamilyConfig, 'identityProviders' | 'serviceToken'>[],
  provider: string,
): readonly string[] =>
  families.flatMap((family) => {
    const source = claimSourceOf(family);
    return source?.provider === provider ? [source.claim] : [];
  });

/** The value of the claim in an identity, if it may become a subject. */
export const claimIn = (identity: VerifiedIdentity, source: ClaimSource | undefined): string | undefined => {
  if (identity.provider !== source?.provider) return undefined;
  const value = source.claim === 'sub' ? identity.subject : ownClaim(identity, source.claim);
  return value !== undefined && isPlainText(value) ? value : undefined;
};

const ownClaim = ({ claims }: VerifiedIdentity, name: string): string | undefined =>
  claims && Object.hasOwn(claims, name) ? claims[name] : undefined;
