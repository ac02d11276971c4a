import { expect, test } from 'vitest';
import type { Account, AccountStore, Resolution } from '#src/stores/ports';
import { auditRecord } from '../../support/builders.ts';
import type { Start } from '../conformance.ts';
import { rivals, strangeKeys } from './rivals.ts';

type Identity = Resolution['identity'];

const ana: Identity = {
  family: 'ref',
  issuer: 'https://dtc.example',
  subject: 'ana',
  provider: 'dtc',
  email: 'ana@example.com',
  linkKey: 'key of ana@example.com',
  linkAuthority: 'by domain',
  createdAt: 1_000,
  provenAt: 1_000,
};
const anaAtGoogle: Identity = {
  ...ana,
  issuer: 'https://google.example',
  subject: '117',
  provider: 'google',
};

const fresh = (id: string, family = 'ref'): Account => ({
  id,
  family,
  createdAt: 2_000,
  subjectVersion: 1,
  endedAt: null,
});

const resolve = async (
  accounts: AccountStore,
  identity: Identity,
  account: Account,
  link: Partial<Resolution['link']> = {},
): Promise<Account> => {
  const resolved = await accounts.resolve({
    identity,
    fresh: account,
    link: { authorities: ['by domain', 'own mailboxes'], provenSince: 0, ...link },
  });
  return resolved.account;
};

export const accountPromises = (start: Start): void => {
  test('an identity seen first gets the fresh account, and keeps it', async () => {
    const { stores, rival } = await start();
    expect(await resolve(stores.accounts, ana, fresh('a1'))).toEqual(fresh('a1'));
    expect(await resolve(rival.accounts, ana, fresh('a2'))).toEqual(fresh('a1'));
    expect(await rival.accounts.find('a1')).toEqual(fresh('a1'));
    expect(await stores.accounts.find('a2')).toBeUndefined();
    expect(await stores.accounts.identitiesOf('a1')).toEqual([ana]);
    expect(await stores.accounts.identitiesOf('a2')).toEqual([]);
  });

  test('an account is found together with its revocation status', async () => {
    const { stores, rival, clock } = await start();
    await resolve(stores.accounts, ana, fresh('a1'));
    await stores.revocations.add({ kind: 'instance', id: 'a1', reason: '', at: 1 }, auditRecord());
    expect(await rival.accounts.standing('a1')).toEqual({ account: fresh('a1'), isRevoked: false });
    const at = clock.now();
    await stores.revocations.add({ kind: 'account', id: 'a1', reason: '', at }, auditRecord());
    expect(await rival.accounts.standing('a1')).toEqual({
      account: { ...fresh('a1'), endedAt: at },
      isRevoked: true,
    });
    expect(await rival.accounts.standing('a2')).toBeUndefined();
  });

  test('an account is found by its identity, of which nothing changes', async () => {
    const { stores, rival } = await start();
    await resolve(stores.accounts, ana, fresh('a1'));
    expect(await rival.accounts.findByIdentity(ana)).toEqual(fresh('a1'));
    expect(await stores.accounts.findByIdentity({ ...ana, family: 'other' })).toBeUndefined();
    expect(await stores.accounts.findByIdentity({ ...ana, subject: 'ben' })).toBeUndefined();
    expect(await stores.accounts.identitiesOf('a1')).toEqual([ana]);
  });

  test('an equal link key joins two identities in one account', async () => {
    const { stores } = await start();
    await resolve(stores.accounts, ana, fresh('a1'));
    expect(await resolve(stores.accounts, anaAtGoogle, fresh('a2'))).toEqual(fresh('a1'));
    expect(await stores.accounts.identitiesOf('a1')).toEqual([ana, anaAtGoogle]);
  });

  test('no link key, another one, or another family joins nothing', async () => {
    const { stores } = await start();
    await resolve(stores.accounts, ana, fresh('a1'));
    const strangers: Identity[] = [
      { ...anaAtGoogle, subject: 's2', linkKey: null },
      { ...anaAtGoogle, subject: 's3', linkKey: null },
      { ...anaAtGoogle, subject: 's4', linkKey: 'another key' },
      { ...ana, family: 'other' },
    ];
    for (const [index, stranger] of strangers.entries()) {
      const account = fresh(`b${index}`, stranger.family);
      expect(await resolve(stores.accounts, stranger, account)).toEqual(account);
    }
  });

  test('a known identity changes with what its provider says now; its account never does', async () => {
    const { stores } = await start();
    await resolve(stores.accounts, ana, fresh('a1'));
    const moved: Identity = {
      ...ana,
      email: 'ana@new.example',
      linkKey: 'key of ana@new.example',
      linkAuthority: 'own mailboxes',
      provider: 'dtc2',
      provenAt: 2_000,
    };
    expect(await resolve(stores.accounts, { ...moved, createdAt: 9 }, fresh('a2'))).toEqual(fresh('a1'));
    expect(await stores.accounts.identitiesOf('a1')).toEqual([moved]);
    const unverified = { ...moved, email: null, linkKey: null, linkAuthority: null, provenAt: 3_000 };
    await resolve(stores.accounts, unverified, fresh('a3'));
    expect(await stores.accounts.identitiesOf('a1')).toEqual([unverified]);
  });

  test('an address that was given up links nothing; the new one does', async () => {
    const { stores } = await start();
    await resolve(stores.accounts, ana, fresh('a1'));
    await resolve(stores.accounts, { ...ana, linkKey: 'new key' }, fresh('a2'));
    expect(await resolve(stores.accounts, anaAtGoogle, fresh('g1'))).toEqual(fresh('g1'));
    const again = { ...anaAtGoogle, subject: '118', linkKey: 'new key' };
    expect(await resolve(stores.accounts, again, fresh('g2'))).toEqual(fresh('a1'));
  });

  test('an account never has two identities of one issuer through an address', async () => {
    const { stores } = await start();
    await resolve(stores.accounts, ana, fresh('a1'));
    expect(await resolve(stores.accounts, { ...ana, subject: 'heir' }, fresh('b1'))).toEqual(fresh('b1'));
  });

  test('an address belongs to the subject of an issuer that proved it last', async () => {
    const { stores } = await start();
    await resolve(stores.accounts, ana, fresh('a1'));
    await resolve(stores.accounts, { ...ana, subject: 'heir' }, fresh('b1'));
    expect(await stores.accounts.identitiesOf('a1')).toEqual([
      { ...ana, linkKey: null, linkAuthority: null },
    ]);
    expect(await resolve(stores.accounts, anaAtGoogle, fresh('g1'))).toEqual(fresh('b1'));
  });

  test.each<[string, Partial<Identity>, Partial<Resolution['link']>]>([
    ['an authority that no longer holds', {}, { authorities: ['own mailboxes'] }],
    ['an address proven too long ago', {}, { provenSince: 1_001 }],
    ['an address of unknown authority', { linkAuthority: null }, {}],
  ])('%s joins nothing', async (_what, known, link) => {
    const { stores } = await start();
    await resolve(stores.accounts, { ...ana, ...known }, fresh('a1'));
    expect(await resolve(stores.accounts, anaAtGoogle, fresh('g1'), link)).toEqual(fresh('g1'));
  });

  test('an address of two accounts joins neither', async () => {
    const { stores } = await start();
    await resolve(stores.accounts, ana, fresh('a1'));
    await resolve(stores.accounts, { ...anaAtGoogle, linkAuthority: null }, fresh('g1'), { authorities: [] });
    const third = { ...ana, issuer: 'https://third.example' };
    expect(await resolve(stores.accounts, third, fresh('t1'))).toEqual(fresh('t1'));
  });

  test('accounts are listed in pages with their identities, ordered by id', async () => {
    const { stores, rival } = await start();
    await resolve(stores.accounts, ana, fresh('a2'));
    await resolve(stores.accounts, anaAtGoogle, fresh('unused'));
    await resolve(stores.accounts, { ...ana, subject: 'ben', linkKey: null }, fresh('a1'));
    await resolve(stores.accounts, { ...ana, subject: 'chloe', linkKey: null }, fresh('a3'));
    const page = await rival.accounts.list({ limit: 2 });
    expect(page.map(({ account, identities }) => [account.id, identities.length])).toEqual([
      ['a1', 1],
      ['a2', 2],
    ]);
    const rest = await rival.accounts.list({ limit: 2, after: 'a2' });
    expect(rest.map(({ account }) => account.id)).toEqual(['a3']);
  });

  test('rivals with one identity get one account', async () => {
    const given = await start();
    const accounts = await rivals(given, 50, (through, index) =>
      resolve(through.accounts, ana, fresh(`a${index}`)),
    );
    expect(new Set(accounts.map(({ id }) => id)).size).toBe(1);
    expect(await given.stores.accounts.identitiesOf(accounts[0]?.id ?? '')).toHaveLength(1);
  });

  test('rivals of many issuers with one link key get one account, which has them all', async () => {
    const given = await start();
    const accounts = await rivals(given, 50, (through, index) =>
      resolve(through.accounts, { ...ana, issuer: `https://i${index % 10}.example` }, fresh(`a${index}`)),
    );
    expect(new Set(accounts.map(({ id }) => id)).size).toBe(1);
    expect(await given.stores.accounts.identitiesOf(accounts[0]?.id ?? '')).toHaveLength(10);
  });

  test('an account id that is taken is refused, and nothing of the identity stays', async () => {
    const { stores } = await start();
    await resolve(stores.accounts, ana, fresh('a1'));
    const chloe: Identity = { ...ana, subject: 'chloe', linkKey: null };
    await expect(resolve(stores.accounts, chloe, fresh('a1'))).rejects.toThrow();
    expect(await stores.accounts.identitiesOf('a1')).toEqual([ana]);
    expect(await resolve(stores.accounts, chloe, fresh('c1'))).toEqual(fresh('c1'));
  });

  test('strange issuers, subjects and ids stay apart', async () => {
    const { stores } = await start();
    for (const key of strangeKeys) {
      const account = fresh(key, key);
      const identity = { ...ana, family: key, issuer: key, subject: key, linkKey: key, email: key };
      expect(await resolve(stores.accounts, identity, account)).toEqual(account);
      expect(await stores.accounts.find(key)).toEqual(account);
      expect(await stores.accounts.identitiesOf(key)).toEqual([identity]);
    }
  });

  test('parts of a key do not run into each other', async () => {
    const { stores } = await start();
    const parts = [
      { issuer: 'a', subject: 'b:c' },
      { issuer: 'a:b', subject: 'c' },
      { issuer: 'a","b', subject: 'c' },
    ];
    for (const [index, part] of parts.entries()) {
      const account = fresh(`a${index}`);
      expect(await resolve(stores.accounts, { ...ana, ...part, linkKey: null }, account)).toEqual(account);
    }
  });

  test('an account keeps the version of the subject secret that it was made with', async () => {
    const { stores, rival } = await start();
    const made = { ...fresh('a1'), subjectVersion: 2 };
    expect(await resolve(stores.accounts, ana, made)).toEqual(made);
    expect(await resolve(rival.accounts, ana, { ...fresh('a2'), subjectVersion: 3 })).toEqual(made);
    expect(await resolve(rival.accounts, anaAtGoogle, { ...fresh('a3'), subjectVersion: 3 })).toEqual(made);
    expect(await rival.accounts.find('a1')).toEqual(made);
  });

  test('accounts are counted by family and version of the subject secret', async () => {
    const { stores, rival } = await start();
    expect(await stores.accounts.subjectUsage()).toEqual([]);
    const made: [family: string, version: number][] = [
      ['tv', 10],
      ['ref', 2],
      ['ref', 1],
      ['ref', 2],
    ];
    for (const [index, [family, subjectVersion]] of made.entries()) {
      const stranger = { ...ana, family, subject: `s${index}`, linkKey: null };
      await resolve(stores.accounts, stranger, { ...fresh(`a${index}`, family), subjectVersion });
    }
    expect(await rival.accounts.subjectUsage()).toEqual([
      { family: 'ref', version: 1, accounts: 1 },
      { family: 'ref', version: 2, accounts: 2 },
      { family: 'tv', version: 10, accounts: 1 },
    ]);
  });

  test('of the values of a claim the first one stands, whoever asks', async () => {
    const given = await start();
    const { stores, rival } = given;
    await resolve(stores.accounts, ana, fresh('a1'));
    await resolve(stores.accounts, { ...ana, subject: 'ben', linkKey: null }, fresh('b1'));
    expect(await stores.accounts.claim('a1', 'user_id')).toBeUndefined();
    const kept = await rivals(given, 20, (through, index) =>
      through.accounts.keepClaim('a1', 'user_id', `value ${index}`),
    );
    expect(new Set(kept).size).toBe(1);
    expect(await rival.accounts.claim('a1', 'user_id')).toBe(kept[0]);
    expect(await rival.accounts.claim('b1', 'user_id')).toBeUndefined();
    expect(await rival.accounts.claim('a1', 'sub')).toBeUndefined();
    await expect(stores.accounts.keepClaim('nobody', 'user_id', 'x')).rejects.toThrow();
  });

  test('strange names and values of claims stay apart', async () => {
    const { stores } = await start();
    await resolve(stores.accounts, ana, fresh('a1'));
    for (const key of strangeKeys) expect(await stores.accounts.keepClaim('a1', key, key)).toBe(key);
    for (const key of strangeKeys) expect(await stores.accounts.claim('a1', key)).toBe(key);
  });
};
