// cspell:ignore bcher
import { expect, test } from 'vitest';
import type { IdentityProviderConfig } from '#src/config/schema';
import { identityProviderSchema } from '#src/config/schema/identity-providers';
import { authorityOf } from '#src/identity/authority';

type Input = Partial<IdentityProviderConfig> & Pick<IdentityProviderConfig, 'kind'>;

const authority = (config: Input, id = 'dtc') =>
  authorityOf(identityProviderSchema.parse({ id, label: 'A provider', clientId: 'kinpass', ...config }));

const at = (issuer: string, emailTrust: Extract<IdentityProviderConfig, { kind: 'oidc' }>['emailTrust']) =>
  authority({ kind: 'oidc', issuer, emailTrust });

const op = 'https://op.example';
const verified = { email_verified: true };
const domains = { authoritativeDomains: ['VIEWERS.example', 'bücher.example', 'no domain'] };

test.each([
  ['never', verified, null],
  ['verifiedClaim', verified, `dtc ${op} verifiedClaim`],
  ['verifiedClaim', { email_verified: false }, null],
  ['verifiedClaim', {}, null],
  [domains, verified, `dtc ${op} domain=viewers.example`],
  [domains, { email_verified: false }, null],
  [domains, {}, null],
  [{ authoritativeDomains: ['other.example'] }, verified, null],
] as const)('trust %j and %j: %s', (trust, claims, rule) => {
  const { rules, ruleFor } = at(op, trust as typeof domains);
  expect(ruleFor('viewers.example', claims)).toBe(rule);
  if (rule) expect(rules).toContain(rule);
});

test('every rule that a provider may have today is listed', () => {
  expect(at(op, 'never').rules).toEqual([]);
  expect(at(op, 'verifiedClaim').rules).toEqual([`dtc ${op} verifiedClaim`]);
  expect(at(op, domains).rules).toEqual([
    `dtc ${op} domain=viewers.example`,
    `dtc ${op} domain=xn--bcher-kva.example`,
  ]);
  expect(authority({ kind: 'google' }, 'google').rules).toEqual([
    'google https://accounts.google.com own-mailbox',
    'google https://accounts.google.com workspace',
  ]);
  expect(authority({ kind: 'facebook', clientSecret: 'secret' }).rules).toEqual([]);
});

test.each([
  ['the domain is no longer listed', op, { authoritativeDomains: ['other.example'] }],
  ['the provider is no longer trusted', op, 'never'],
  ['the provider points to another issuer', 'https://elsewhere.example', domains],
] as const)('a rule that was stored holds no longer if %s', (_, issuer, trust) => {
  const stored = at(op, domains).ruleFor('viewers.example', verified);
  expect(at(op, domains).rules).toContain(stored);
  expect(at(issuer, trust as typeof domains).rules).not.toContain(stored);
});

test('a rule of one provider is none of another', () => {
  const trust = { kind: 'oidc', issuer: op, emailTrust: 'verifiedClaim' } as const;
  expect(authority(trust, 'dtc').rules).not.toEqual(authority(trust, 'partner').rules);
});

test('a Workspace is authoritative for its own domain only', () => {
  const { ruleFor } = authority({ kind: 'google' }, 'google');
  const rule = 'google https://accounts.google.com workspace';
  expect(ruleFor('viewers.example', { ...verified, hd: 'Viewers.example' })).toBe(rule);
  expect(ruleFor('viewers.example', { ...verified, hd: 'other.example' })).toBeNull();
  expect(ruleFor('viewers.example', { hd: 'viewers.example' })).toBeNull();
  expect(ruleFor('viewers.example', verified)).toBeNull();
});
