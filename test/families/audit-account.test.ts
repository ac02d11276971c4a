import { expect, test } from 'vitest';
import { auditAccount } from '#src/families/audit-account';
import type { Identity } from '#src/stores/ports';

const account = { id: 'a1', family: 'ref', createdAt: 0, subjectVersion: 1, endedAt: null };

const identity = (provider: string, changes: Partial<Identity> = {}): Identity => ({
  family: 'ref',
  issuer: `https://${provider}.example`,
  subject: 'ana',
  provider,
  email: null,
  linkKey: 'key',
  linkAuthority: `${provider} rule`,
  createdAt: 0,
  provenAt: 0,
  ...changes,
});

const authorities = ['dtc rule', 'google rule', 'shop rule'];
const [dtc, google] = [identity('dtc'), identity('google')];

test.each<[string, Identity[], string[]]>([
  ['one identity', [dtc], []],
  ['one identity without an address', [identity('dtc', { linkKey: null, linkAuthority: null })], []],
  ['identities of two providers with one address', [dtc, google], []],
  ['an identity of before proofs were recorded', [identity('dtc', { provenAt: null })], ['no-proof']],
  ['two identities of one issuer', [dtc, identity('dtc', { subject: 'ben', linkKey: null })], ['one-issuer']],
  ['three identities of one issuer', [dtc, dtc, dtc], ['one-issuer']],
  [
    'two of one issuer and one with another address',
    [dtc, dtc, identity('google', { linkKey: 'other' })],
    ['one-issuer', 'different-addresses'],
  ],
  ['different addresses', [dtc, identity('google', { linkKey: 'other' })], ['different-addresses']],
  ['an address that is gone', [dtc, identity('google', { linkKey: null })], ['different-addresses']],
  [
    'no addresses',
    [identity('dtc', { linkKey: null }), identity('google', { linkKey: null })],
    ['different-addresses'],
  ],
  [
    'a provider that is not authoritative any more',
    [dtc, identity('google', { linkAuthority: 'google rule of before' })],
    ['no-authority'],
  ],
  [
    'identities that were linked before authorities were recorded',
    [identity('dtc', { linkAuthority: null, provenAt: null }), google],
    ['no-authority', 'no-proof'],
  ],
])('%s', (_what, identities, kinds) => {
  const findings = auditAccount({ account, identities }, { authorities });
  expect(findings.map(({ kind }) => kind)).toEqual(kinds);
});

test('a finding says of which account and provider, and shows no address', () => {
  const identities = [
    identity('dtc', { email: 'ana@viewers.example' }),
    identity('bought', { provenAt: null }),
  ];
  expect(auditAccount({ account, identities }, { authorities })).toEqual([
    {
      kind: 'no-authority',
      family: 'ref',
      account: 'a1',
      detail: 'bought is not authoritative for the address today',
    },
    { kind: 'no-proof', family: 'ref', account: 'a1', detail: 'the identity of bought has no time of proof' },
  ]);
});
