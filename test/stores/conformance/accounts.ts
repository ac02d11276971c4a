import { expect, test } from 'vitest';
import type { Account, Identity } from '#src/stores/ports';
import type { Start } from '../conformance.ts';
import { rivals, strangeKeys } from './rivals.ts';

const ana: Identity = {
  family: 'ref',
  issuer: 'https://dtc.example',
  subject: 'ana',
  provider: 'dtc',
  email: 'ana@example.com',
  linkKey: 'key of ana@example.com',
  createdAt: 1_000,
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
});

export const accountPromises = (start: Start): void => {
  test('an identity seen first gets the fresh account, and keeps it', async () => {
    const { stores, rival } = await start();
    expect(await stores.accounts.resolve(ana, fresh('a1'))).toEqual(fresh('a1'));
    expect(await rival.accounts.resolve(ana, fresh('a2'))).toEqual(fresh('a1'));
    expect(await rival.accounts.find('a1')).toEqual(fresh('a1'));
    expect(await stores.accounts.find('a2')).toBeUndefined();
    expect(await stores.accounts.identitiesOf('a1')).toEqual([ana]);
    expect(await stores.accounts.identitiesOf('a2')).toEqual([]);
  });

  test('an account is found by its identity, of which nothing changes', async () => {
    const { stores, rival } = await start();
    await stores.accounts.resolve(ana, fresh('a1'));
    expect(await rival.accounts.findByIdentity(ana)).toEqual(fresh('a1'));
    expect(await stores.accounts.findByIdentity({ ...ana, family: 'other' })).toBeUndefined();
    expect(await stores.accounts.findByIdentity({ ...ana, subject: 'ben' })).toBeUndefined();
    expect(await stores.accounts.identitiesOf('a1')).toEqual([ana]);
  });

  test('an equal link key joins two identities in one account', async () => {
    const { stores } = await start();
    await stores.accounts.resolve(ana, fresh('a1'));
    expect(await stores.accounts.resolve(anaAtGoogle, fresh('a2'))).toEqual(fresh('a1'));
    expect(await stores.accounts.identitiesOf('a1')).toEqual([ana, anaAtGoogle]);
  });

  test('no link key, another one, or another family joins nothing', async () => {
    const { stores } = await start();
    await stores.accounts.resolve(ana, fresh('a1'));
    const strangers: Identity[] = [
      { ...anaAtGoogle, subject: 's2', linkKey: null },
      { ...anaAtGoogle, subject: 's3', linkKey: null },
      { ...anaAtGoogle, subject: 's4', linkKey: 'another key' },
      { ...ana, family: 'other' },
    ];
    for (const [index, stranger] of strangers.entries()) {
      const account = fresh(`b${index}`, stranger.family);
      expect(await stores.accounts.resolve(stranger, account)).toEqual(account);
    }
  });

  test('a known identity refreshes its e-mail; account, provider and link key never change', async () => {
    const { stores } = await start();
    const ben: Identity = { ...ana, subject: 'ben', linkKey: 'key of ben' };
    await stores.accounts.resolve(ana, fresh('a1'));
    await stores.accounts.resolve(ben, fresh('b1'));

    const moved: Identity = {
      ...ana,
      email: 'ben@example.com',
      linkKey: ben.linkKey,
      provider: 'x',
      createdAt: 9,
    };
    expect(await stores.accounts.resolve(moved, fresh('a2'))).toEqual(fresh('a1'));
    expect(await stores.accounts.identitiesOf('a1')).toEqual([{ ...ana, email: 'ben@example.com' }]);

    await stores.accounts.resolve({ ...ana, email: null }, fresh('a3'));
    expect(await stores.accounts.identitiesOf('a1')).toEqual([{ ...ana, email: null }]);
    expect(await stores.accounts.resolve({ ...anaAtGoogle, linkKey: ben.linkKey }, fresh('a4'))).toEqual(
      fresh('b1'),
    );
  });

  test('rivals with one identity get one account', async () => {
    const given = await start();
    const accounts = await rivals(given, 50, (through, index) =>
      through.accounts.resolve(ana, fresh(`a${index}`)),
    );
    expect(new Set(accounts.map(({ id }) => id)).size).toBe(1);
    expect(await given.stores.accounts.identitiesOf(accounts[0]?.id ?? '')).toHaveLength(1);
  });

  test('rivals with many identities of one link key get one account, which has them all', async () => {
    const given = await start();
    const accounts = await rivals(given, 50, (through, index) =>
      through.accounts.resolve({ ...ana, subject: `s${index % 10}` }, fresh(`a${index}`)),
    );
    expect(new Set(accounts.map(({ id }) => id)).size).toBe(1);
    expect(await given.stores.accounts.identitiesOf(accounts[0]?.id ?? '')).toHaveLength(10);
  });

  test('an account id that is taken is refused, and nothing of the identity stays', async () => {
    const { stores } = await start();
    await stores.accounts.resolve(ana, fresh('a1'));
    const chloe: Identity = { ...ana, subject: 'chloe', linkKey: null };
    await expect(stores.accounts.resolve(chloe, fresh('a1'))).rejects.toThrow();
    expect(await stores.accounts.identitiesOf('a1')).toEqual([ana]);
    expect(await stores.accounts.resolve(chloe, fresh('c1'))).toEqual(fresh('c1'));
  });

  test('strange issuers, subjects and ids stay apart', async () => {
    const { stores } = await start();
    for (const key of strangeKeys) {
      const account = fresh(key, key);
      const identity = { ...ana, family: key, issuer: key, subject: key, linkKey: key, email: key };
      expect(await stores.accounts.resolve(identity, account)).toEqual(account);
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
      expect(await stores.accounts.resolve({ ...ana, ...part, linkKey: null }, account)).toEqual(account);
    }
  });

  test('an account keeps the version of the subject secret that it was made with', async () => {
    const { stores, rival } = await start();
    const made = { ...fresh('a1'), subjectVersion: 2 };
    expect(await stores.accounts.resolve(ana, made)).toEqual(made);
    expect(await rival.accounts.resolve(ana, { ...fresh('a2'), subjectVersion: 3 })).toEqual(made);
    expect(await rival.accounts.resolve(anaAtGoogle, { ...fresh('a3'), subjectVersion: 3 })).toEqual(made);
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
      await stores.accounts.resolve(stranger, { ...fresh(`a${index}`, family), subjectVersion });
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
    await stores.accounts.resolve(ana, fresh('a1'));
    await stores.accounts.resolve({ ...ana, subject: 'ben', linkKey: null }, fresh('b1'));
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
    await stores.accounts.resolve(ana, fresh('a1'));
    for (const key of strangeKeys) expect(await stores.accounts.keepClaim('a1', key, key)).toBe(key);
    for (const key of strangeKeys) expect(await stores.accounts.claim('a1', key)).toBe(key);
  });
};
