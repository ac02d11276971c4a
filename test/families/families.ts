import type { FamilyConfig } from '#src/config/schema';
import type { VerifiedIdentity } from '#src/identity/provider';

type Subject = FamilyConfig['serviceToken']['subject'];

/** A family of two providers. */
export const family = (
  changes: Partial<Omit<FamilyConfig, 'serviceToken'>> & { issuer?: string; subject?: Subject } = {},
): FamilyConfig => {
  const { issuer = 'https://sso.ref.example', subject = { strategy: 'account' }, ...rest } = changes;
  return {
    id: 'ref',
    identityProviders: ['dtc', 'google'],
    linking: 'verifiedEmail',
    profilesPer: 'viewer',
    serviceToken: { issuer, audience: 'adobe', lifetime: 3_600_000, subject },
    ...rest,
  };
};

/** Who a provider says a viewer is, with an address that it is authoritative for. */
export const identity = (
  subject: string,
  { provider = 'dtc', email = `${subject}@viewers.example`, claims = {} } = {},
): VerifiedIdentity => ({
  provider,
  issuer: `https://${provider}.example`,
  subject,
  email: { address: email, authoritative: true },
  claims,
});
