import { expect, test } from 'vitest';
import { createAccounts } from '#src/families/accounts';
import { createSubjectOf } from '#src/families/subject';
import { systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import { family, identity } from '../support/builders.ts';
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

const verified = (provider: string, email: string, authoritative = true) =>
  identity(`${provider}-subject`, { provider, email, authoritative });

test('two providers that are authoritative for one address are one account', async () => {
  const accounts = start();
  const dtc = await accounts.resolve(family(), verified('dtc', 'Ana@viewers.example'));
  const google = await accounts.resolve(family(), verified('google', 'ana@VIEWERS.example'));
  expect(google.id).toBe(dtc.id);
});

test.each([
  ['a provider that is not authoritative', family(), verified('google', 'ana@viewers.example', false)],
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
