import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAccounts } from '#src/families/accounts';
import { createSubjectOf } from '#src/families/subject';
import { systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import type { AccountStore } from '#src/stores/ports';
import { family, identity, provider } from '../support/builders.ts';
import { createManualClock } from '../support/manual-clock.ts';

const clock = createManualClock();

const linkSecret = Buffer.alloc(32, 7);

/** Accounts with their store; `kept` lists the claims that were stored. */
const stored = () => {
  const { accounts: memory } = createMemoryStores();
  const kept: string[][] = [];
  const store: AccountStore = {
    ...memory,
    keepClaim: (...claim) => {
      kept.push(claim);
      return memory.keepClaim(...claim);
    },
  };
  const accounts = createAccounts({
    store,
    identityProviders: [provider('dtc'), provider('google')],
    linkSecret,
    subjectVersion: 1,
    clock,
    ids: systemIds,
  });
  return { accounts, store, kept };
};

const start = () => stored().accounts;

const verified = (from: string, email: string) => identity(`${from}-subject`, { provider: from, email });
const unverified = (from: string, email: string) =>
  identity(`${from}-subject`, { provider: from, email, authority: null });

test('two providers that are authoritative for one address are one account', async () => {
  const accounts = start();
  const dtc = await accounts.resolve(family(), verified('dtc', 'Ana@viewers.example'));
  const google = await accounts.resolve(family(), verified('google', 'ana@VIEWERS.example'));
  expect(google.id).toBe(dtc.id);
});

test.each([
  ['a provider that is not authoritative', family(), unverified('google', 'ana@viewers.example')],
  ['a family that does not link', family({ linking: 'none' }), verified('google', 'ana@viewers.example')],
  ['another family', family({ id: 'other' }), verified('google', 'ana@viewers.example')],
  ['another address', family(), verified('google', 'ana+tv@viewers.example')],
  ['an address with two @', family(), verified('google', 'ana@evil@viewers.example')],
])('%s stays another account', async (_what, second, other) => {
  const accounts = start();
  const dtc = await accounts.resolve(family(), verified('dtc', 'ana@viewers.example'));
  expect((await accounts.resolve(second, other)).id).not.toBe(dtc.id);
});

test('a changed address changes nothing: the account is issuer and subject', async () => {
  const accounts = start();
  const ana = await accounts.resolve(family(), verified('dtc', 'ana@viewers.example'));
  const ben = await accounts.resolve(family(), {
    ...verified('google', 'ben@viewers.example'),
    subject: 'ben',
  });
  const renamed = await accounts.resolve(family(), verified('dtc', 'ben@viewers.example'));
  expect(renamed.id).toBe(ana.id);
  expect(renamed.id).not.toBe(ben.id);
  expect(await accounts.emailOf(ana.id)).toBe('ben@viewers.example');
});

test('a subject belongs to one account in one family, and never shifts between them', () => {
  const subjectOf = createSubjectOf(Buffer.alloc(32, 1));
  expect(subjectOf('ref', 'a')).toBe(subjectOf('ref', 'a'));
  expect(subjectOf('ref', 'a')).not.toBe(subjectOf('other', 'a'));
  expect(subjectOf('ref', 'a|b')).not.toBe(subjectOf('ref|a', 'b'));
  expect(subjectOf('ref', 'a')).not.toBe(createSubjectOf(Buffer.alloc(32, 2))('ref', 'a'));
  expect(subjectOf('ref', 'ana@viewers.example')).toMatch(/^[\w-]{43}$/);
});

test('an identity is stored with a keyed hash of its address', async () => {
  const { accounts, store } = stored();
  const ana = await accounts.resolve(family(), verified('dtc', 'Ana@viewers.example'));
  expect(ana).toEqual({
    id: ana.id,
    isRevoked: false,
    family: 'ref',
    createdAt: clock.now(),
    subjectVersion: 1,
    endedAt: null,
  });
  const { claims: _, email: __, ...known } = verified('dtc', 'Ana@viewers.example');
  const linkKey = createHmac('sha256', linkSecret)
    .update('["ref","ana@viewers.example"]')
    .digest('base64url');
  expect(await store.identitiesOf(ana.id)).toEqual([
    {
      ...known,
      family: 'ref',
      email: 'Ana@viewers.example',
      linkKey,
      linkAuthority: 'dtc https://dtc.example verifiedClaim',
      createdAt: clock.now(),
      provenAt: clock.now(),
    },
  ]);
  expect(ana).toMatchObject({ ...(await accounts.findByIdentity({ ...known, family: 'ref' })) });
  expect(await accounts.findByIdentity({ ...known, family: 'other' })).toBeUndefined();
});

test.each([
  ['the provider is not authoritative', family(), unverified('dtc', 'ana@viewers.example')],
  ['the family does not link', family({ linking: 'none' }), verified('dtc', 'ana@viewers.example')],
  ['the address is not valid', family(), verified('dtc', 'ana@evil@viewers.example')],
])('no hash of the address is stored if %s', async (_what, of, one) => {
  const { accounts, store } = stored();
  const ana = await accounts.resolve(of, one);
  expect(await store.identitiesOf(ana.id)).toMatchObject([
    { email: one.email?.address, linkKey: null, linkAuthority: null },
  ]);
});

test('a viewer without an address has an account; another identity may add an address to show', async () => {
  const { accounts, store } = stored();
  const { email: _, ...anonymous } = identity('ana');
  const ana = await accounts.resolve(family(), anonymous);
  expect(await store.identitiesOf(ana.id)).toMatchObject([{ email: null, linkKey: null }]);
  expect(ana).toMatchObject({ ...(await accounts.find(ana.id)) });
  expect(await accounts.emailOf(ana.id)).toBeNull();

  const google = await accounts.resolve(family(), verified('google', 'ana@viewers.example'));
  const second = verified('dtc', 'ana@viewers.example');
  await accounts.resolve(family(), { ...second, subject: 'second' });
  const { email: __, ...hidden } = verified('google', 'ana@viewers.example');
  await accounts.resolve(family(), hidden);
  expect(await accounts.emailOf(google.id)).toBe('ana@viewers.example');
});

test('an unknown account has no viewer', async () => {
  expect(await stored().accounts.find('nobody')).toBeUndefined();
});

test('only the claim that subjects are made of is kept, and only if the identity has it', async () => {
  const { accounts, kept } = stored();
  const byClaim = family({ subject: { strategy: 'claim', claim: 'user_id', as: 'plain' } });
  const claims = { user_id: 'u-1', other: 'o-1' };
  const ana = await accounts.resolve(family(), identity('ana', { claims }));
  await accounts.resolve(byClaim, identity('ana'));
  expect(kept).toEqual([]);
  await accounts.resolve(byClaim, identity('ana', { claims }));
  expect(kept).toEqual([[ana.id, '["dtc","user_id"]', 'u-1']]);
});
