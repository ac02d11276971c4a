import { expect, test } from 'vitest';
import type { FamilyConfig } from '#src/config/schema';
import { createAccounts } from '#src/families/accounts';
import { createSubjectOf } from '#src/families/subject';
import type { VerifiedIdentity } from '#src/identity/provider';
import { systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import { createManualClock } from '../support/manual-clock.ts';

const clock = createManualClock();

const start = () =>
  createAccounts({
    store: createMemoryStores({ clock }).accounts,
    linkSecret: Buffer.alloc(32, 7),
    subjectVersion: 1,
    clock,
    ids: systemIds,
  });

const family = (changes: Partial<FamilyConfig> = {}): FamilyConfig => ({
  id: 'ref',
  identityProviders: ['dtc', 'google'],
  linking: 'verifiedEmail',
  profilesPer: 'viewer',
  serviceToken: {
    issuer: 'https://sso.ref.example',
    audience: 'adobe',
    lifetime: 3_600_000,
    subject: { strategy: 'account' },
  },
  ...changes,
});

const identity = (provider: string, address: string, authoritative = true): VerifiedIdentity => ({
  provider,
  issuer: `https://${provider}.example`,
  subject: `${provider}-subject`,
  email: { address, authoritative },
});

test('two providers that are authoritative for one address are one account', async () => {
  const accounts = start();
  const dtc = await accounts.resolve(family(), identity('dtc', 'Ana@viewers.example'));
  const google = await accounts.resolve(family(), identity('google', 'ana@VIEWERS.example'));
  expect(google.id).toBe(dtc.id);
});

test.each([
  ['a provider that is not authoritative', family(), identity('google', 'ana@viewers.example', false)],
  ['a family that does not link', family({ linking: 'none' }), identity('google', 'ana@viewers.example')],
  ['another family', family({ id: 'other' }), identity('google', 'ana@viewers.example')],
  ['another address', family(), identity('google', 'ana+tv@viewers.example')],
  ['an address with two @', family(), identity('google', 'ana@evil@viewers.example')],
])('%s stays another account', async (_what, second, other) => {
  const accounts = start();
  const dtc = await accounts.resolve(family(), identity('dtc', 'ana@viewers.example'));
  expect((await accounts.resolve(second, other)).id).not.toBe(dtc.id);
});

test('a changed address changes nothing: the account is issuer and subject', async () => {
  const accounts = start();
  const ana = await accounts.resolve(family(), identity('dtc', 'ana@viewers.example'));
  const ben = await accounts.resolve(family(), {
    ...identity('google', 'ben@viewers.example'),
    subject: 'ben',
  });
  const renamed = await accounts.resolve(family(), identity('dtc', 'ben@viewers.example'));
  expect(renamed.id).toBe(ana.id);
  expect(renamed.id).not.toBe(ben.id);
  expect((await accounts.find(ana.id))?.email).toBe('ben@viewers.example');
});

test('a subject belongs to one account in one family, and never shifts between them', () => {
  const subjectOf = createSubjectOf(Buffer.alloc(32, 1));
  expect(subjectOf('ref', 'a')).toBe(subjectOf('ref', 'a'));
  expect(subjectOf('ref', 'a')).not.toBe(subjectOf('other', 'a'));
  expect(subjectOf('ref', 'a|b')).not.toBe(subjectOf('ref|a', 'b'));
  expect(subjectOf('ref', 'a')).not.toBe(createSubjectOf(Buffer.alloc(32, 2))('ref', 'a'));
  expect(subjectOf('ref', 'ana@viewers.example')).toMatch(/^[\w-]{43}$/);
});
