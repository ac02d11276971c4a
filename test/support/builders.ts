/** Whole values with plain defaults: a test names only what it is about. */
import type { AppConfig, FamilyConfig, IdentityProviderConfig } from '#src/config/schema';
import { appSchema } from '#src/config/schema/apps';
import { identityProviderSchema } from '#src/config/schema/identity-providers';
import type { Caller, RestRequest } from '#src/flows/caller';
import type { VerifiedIdentity } from '#src/identity/provider';
import type { Device } from '#src/lib/device';
import type { AuditRecord } from '#src/stores/audit-ports';
import type { Account, Instance, SignIn } from '#src/stores/ports';

type OidcProviderConfig = Extract<IdentityProviderConfig, { kind: 'oidc' }>;
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
    linkingMaxAge: 30 * 86_400_000,
    profilesPer: 'viewer',
    serviceToken: { issuer, audience: 'adobe', lifetime: 3_600_000, subject },
    ...rest,
  };
};

/** A provider that is authoritative for the addresses that it has verified. */
export const provider = (id: string, changes: Partial<OidcProviderConfig> = {}): OidcProviderConfig => ({
  ...(identityProviderSchema.parse({
    id,
    kind: 'oidc',
    label: id,
    clientId: 'kinpass',
    issuer: `https://${id}.example`,
    emailTrust: 'verifiedClaim',
  }) as OidcProviderConfig),
  ...changes,
});

/** Who a provider says a viewer is, with an address that it is authoritative for. */
export const identity = (
  subject: string,
  {
    provider = 'dtc',
    email = `${subject}@viewers.example`,
    authority = `${provider} https://${provider}.example verifiedClaim` as string | null,
    claims = {},
  } = {},
): VerifiedIdentity => ({
  provider,
  issuer: `https://${provider}.example`,
  subject,
  email: { address: email, authority },
  claims,
});

export const device: Device = { address: '203.0.113.10', headers: {} };

export const app = (changes: Partial<AppConfig> = {}): AppConfig => ({
  ...appSchema.parse({
    id: 'tv',
    name: 'REF30 TV',
    family: 'ref',
    serviceProviders: ['REF30'],
    softwareStatement: 'statement',
  }),
  ...changes,
});

export const instance = (changes: Partial<Instance> = {}): Instance => ({
  id: 'i1',
  app: 'tv',
  origin: 'registered',
  secretHash: null,
  statementHash: null,
  redirectUri: null,
  device: null,
  firstViewer: null,
  createdAt: 0,
  seenAt: 0,
  ...changes,
});

export const account = (changes: Partial<Account> = {}): Account => ({
  id: 'a1',
  family: 'ref',
  createdAt: 1,
  subjectVersion: 1,
  endedAt: null,
  ...changes,
});

/** A sign-in that rests on the provider `dtc`. */
export const signIn = (changes: Partial<SignIn> = {}): SignIn => ({
  grant: 'g1',
  app: 'tv',
  family: 'ref',
  instance: 'i1',
  viewer: 'a1',
  provider: 'dtc',
  provenAt: 0,
  createdAt: 0,
  idleAt: 1_000_000_000,
  ...changes,
});

export const caller = (changes: Partial<Caller> = {}): Caller => ({
  app: app(),
  family: family(),
  instance: instance(),
  pairs: [],
  ...changes,
});

export const restRequest = (changes: Partial<RestRequest> = {}): RestRequest => ({
  caller: caller(),
  device,
  serviceProvider: 'REF30',
  input: {},
  ...changes,
});

/** An operator at the terminal revokes Ana's account. */
export const auditRecord = (changes: Partial<AuditRecord> = {}): AuditRecord => ({
  at: 1_000,
  actor: 'olga@admin-1',
  via: 'cli',
  source: 'admin-1',
  action: 'account.revoke',
  target: { kind: 'account', id: 'ana' },
  outcome: 'done',
  reason: 'stolen',
  details: {},
  ...changes,
});
