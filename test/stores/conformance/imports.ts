import { expect, test } from 'vitest';
import type { CredentialPair, ImportKeys, ImportRows, Stores } from '#src/stores/ports';
import type { Start } from '../conformance.ts';
import { rivals, strangeKeys } from './rivals.ts';
import { identityOf, signIn, tv } from './rows.ts';

const none: ImportKeys = { identities: [], subjects: [], instances: [], pairs: [], places: [] };
const nothing: ImportRows = { accounts: [], identities: [], subjects: [], instances: [], pairs: [] };

const key = (subject: string) => ({ family: 'ref', issuer: 'https://dtc.example', subject });

/** An account with one identity, whose subject is imported. */
const viewer = (id: string, subject = `sub of ${id}`): ImportRows => ({
  ...nothing,
  accounts: [{ id, family: 'ref', createdAt: 1_000, subjectVersion: 0, endedAt: null }],
  identities: [{ ...key(id), account: id, provider: 'dtc', createdAt: 1_000 }],
  subjects: [{ account: id, family: 'ref', subject }],
});

/** A pair that waits on its instance. */
const waiting = (id: string, holder: string | null, app = 'ref30-tv'): ImportRows => ({
  ...nothing,
  instances: [
    { ...tv, id, app, origin: 'registered', secretHash: `hash of ${id}`, device: 'd1', firstViewer: holder },
  ],
  pairs: [{ id, secret: `secret of ${id}`, instance: id, holder: holder ?? '', createdAt: 1_000 }],
});

const pair = (id: string, instance: string, holder: string): CredentialPair => ({
  id,
  secret: `secret of ${id}`,
  instance,
  holder,
  createdAt: 1_000,
});

/** Ana has an imported pair, and uses another installation of the app on the device before she signs in there. */
const anaAwaited = async (stores: Stores, app = 'ref30-tv') => {
  await stores.imports.add(viewer('ana'));
  await stores.imports.add(waiting('old', 'ana', app));
  await stores.instances.add({ ...tv, id: 'new', device: 'd1' });
  await stores.credentials.add(pair('anonymous', 'new', ''));
};

const bring = { app: 'ref30-tv', device: 'd1', viewer: 'ana', to: 'new', now: 2_000 };

export const importPromises = (start: Start): void => {
  test('what is imported is there as if it had come about here', async () => {
    const { stores, rival } = await start();
    expect(await stores.imports.add(viewer('ana'))).toBe(true);
    expect(await stores.imports.add(waiting('c1', 'ana'))).toBe(true);

    const account = { id: 'ana', family: 'ref', createdAt: 1_000, subjectVersion: 0, endedAt: null };
    expect(await rival.accounts.findByIdentity(key('ana'))).toEqual(account);
    expect(await rival.accounts.identitiesOf('ana')).toEqual([
      { ...identityOf('ana'), createdAt: 1_000, provenAt: null },
    ]);
    expect(await rival.accounts.importedSubject('ana')).toBe('sub of ana');
    expect(await rival.accounts.importedSubject('ben')).toBeUndefined();
    expect(await rival.instances.find('c1')).toMatchObject({ secretHash: 'hash of c1', device: 'd1' });
    expect(await rival.credentials.find({ instance: 'c1', holder: 'ana' })).toEqual(pair('c1', 'c1', 'ana'));
  });

  test('an account gains an identity', async () => {
    const { stores } = await start();
    await stores.imports.add(viewer('ana'));
    const identity = { ...key('ana at google'), issuer: 'https://google.example' };
    const identities = [{ ...identity, account: 'ana', provider: 'google', createdAt: 2_000 }];
    expect(await stores.imports.add({ ...nothing, identities })).toBe(true);
    expect((await stores.accounts.identitiesOf('ana')).map(({ provider }) => provider)).toEqual([
      'dtc',
      'google',
    ]);
  });

  test('an import finds accounts by identity and by subject, instances, and pairs by id and by place', async () => {
    const { stores } = await start();
    for (const name of ['ana', 'ben', 'chloe']) await stores.imports.add(viewer(name));
    await stores.imports.add(waiting('c1', 'ana'));
    await stores.imports.add(waiting('c2', null, 'ref30-web'));
    const found = await stores.imports.find({
      identities: [key('ana'), key('nobody')],
      subjects: [
        { family: 'ref', subject: 'sub of ben' },
        { family: 'other', subject: 'sub of chloe' },
      ],
      instances: ['c2', 'c3'],
      pairs: ['c1', 'c3'],
      places: [
        { app: 'ref30-tv', device: 'd1' },
        { app: 'ref30-tv', device: 'd2' },
      ],
    });
    const names = found.accounts.map(({ account, importedSubject, identities }) => [
      account.id,
      importedSubject,
      identities,
    ]);
    expect(names.sort()).toEqual([
      ['ana', 'sub of ana', [{ issuer: 'https://dtc.example', subject: 'ana' }]],
      ['ben', 'sub of ben', [{ issuer: 'https://dtc.example', subject: 'ben' }]],
    ]);
    expect(found.instances.map(({ id }) => id)).toEqual(['c2']);
    expect(found.pairs).toEqual([{ id: 'c1', holder: 'ana', app: 'ref30-tv', device: 'd1' }]);
    expect(await stores.imports.find(none)).toEqual({ accounts: [], instances: [], pairs: [] });
  });

  test('a pair is found by its place alone', async () => {
    const { stores } = await start();
    await stores.imports.add(waiting('c1', null));
    const places = [{ app: 'ref30-tv', device: 'd1' }];
    expect((await stores.imports.find({ ...none, places })).pairs.map(({ id }) => id)).toEqual(['c1']);
  });

  test.each([
    ['an identity', viewer('ana', 'another'), { identities: [key('ana')] }],
    ['a subject', viewer('ben', 'sub of ana'), { identities: [key('ben')] }],
    ['an instance', { ...waiting('c1', 'ana'), pairs: [] }, {}],
    ['a pair', { ...waiting('c1', 'ana'), instances: [] }, {}],
  ])('nothing is written if %s is there already', async (_what, rows, keys) => {
    const { stores } = await start();
    await stores.imports.add(viewer('ana'));
    await stores.imports.add(waiting('c1', 'ana'));
    const before = await stores.imports.find({ ...none, ...keys });
    const other = viewer('chloe');
    const { accounts, identities, subjects } = rows;
    const mixed = {
      ...rows,
      accounts: [...other.accounts, ...accounts].filter(({ id }) => id !== 'ana'),
      identities: [...other.identities, ...identities],
      subjects: [...other.subjects, ...subjects],
    };
    expect(await stores.imports.add(mixed)).toBe(false);
    expect(await stores.imports.find({ ...none, ...keys })).toEqual(before);
    expect(await stores.accounts.find('chloe')).toBeUndefined();
  });

  test('equal subjects of two families are two', async () => {
    const { stores } = await start();
    await stores.imports.add(viewer('ana'));
    const other = viewer('ben');
    expect(
      await stores.imports.add({
        ...other,
        accounts: other.accounts.map((account) => ({ ...account, family: 'other' })),
        identities: other.identities.map((identity) => ({ ...identity, family: 'other' })),
        subjects: [{ account: 'ben', family: 'other', subject: 'sub of ana' }],
      }),
    ).toBe(true);
  });

  test('any text is a key', async () => {
    const { stores } = await start();
    for (const text of strangeKeys) {
      expect(await stores.imports.add(viewer(text, text))).toBe(true);
      expect(await stores.accounts.importedSubject(text)).toBe(text);
      const { accounts } = await stores.imports.find({ ...none, identities: [key(text)] });
      expect(accounts.map(({ importedSubject }) => importedSubject)).toEqual([text]);
    }
  });

  test('of sign-ins and imports with one identity, one makes the account', async () => {
    const given = await start();
    const { stores } = given;
    const added: boolean[] = [];
    const accounts = await rivals(given, 20, async (through, index) => {
      const id = `a${index}`;
      if (index % 2 === 0) {
        const identities = [{ ...key('ana'), account: id, provider: 'dtc', createdAt: 1 }];
        added.push(await through.imports.add({ ...nothing, accounts: viewer(id).accounts, identities }));
      }
      const fresh = { id: `${id} signed in`, family: 'ref', createdAt: 1, subjectVersion: 1, endedAt: null };
      const link = { authorities: [], provenSince: 0 };
      return (await through.accounts.resolve({ identity: identityOf('ana'), fresh, link })).account.id;
    });
    expect(new Set(accounts).size).toBe(1);
    expect(added.filter(Boolean).length).toBeLessThanOrEqual(1);
    expect((await stores.accounts.list({ limit: 100 })).map(({ account }) => account.id)).toEqual([
      accounts[0],
    ]);
  });

  test('rivals with one subject end with one account', async () => {
    const given = await start();
    const added = await rivals(given, 20, (through, index) =>
      through.imports.add(viewer(`a${index}`, 'the one')),
    );
    expect(added.filter(Boolean)).toHaveLength(1);
  });

  test('an imported pair that waits for its viewer goes before what they used anonymously', async () => {
    const { stores } = await start();
    await anaAwaited(stores);
    expect(await stores.credentials.adopt('new', 'ana', 2_000)).toBe(true);
    expect(await stores.credentials.find({ instance: 'new', holder: '' })).toMatchObject({ id: 'anonymous' });
    expect(await stores.credentials.bring(bring)).toEqual(pair('old', 'new', 'ana'));
  });

  test('the same in one transaction with the sign-in', async () => {
    const { stores } = await start();
    await anaAwaited(stores);
    const opening = { signIn: { ...signIn, instance: 'new' }, adopts: true, changes: [] };
    expect(await stores.signIns.open(opening, 2_000)).toBe('opened');
    expect(await stores.credentials.find({ instance: 'new', holder: '' })).toMatchObject({ id: 'anonymous' });
  });

  test('nobody waits for others: of another app, of another viewer, or any more', async () => {
    const { stores } = await start();
    await anaAwaited(stores, 'ref30-web');
    await stores.imports.add(viewer('ben'));
    expect(await stores.credentials.adopt('new', 'ana', 2_000)).toBe(true);
    expect(await stores.credentials.find({ instance: 'new', holder: 'ana' })).toMatchObject({
      id: 'anonymous',
    });

    await stores.imports.add(waiting('of ben', 'ben'));
    await stores.instances.add({ ...tv, id: 'next', device: 'd1' });
    expect(await stores.credentials.bring({ ...bring, viewer: 'ben', to: 'next' })).toMatchObject({
      id: 'of ben',
    });
    await stores.instances.add({ ...tv, id: 'last', device: 'd1' });
    await stores.credentials.add(pair('anonymous too', 'last', ''));
    expect(await stores.credentials.adopt('last', 'ben', 3_000)).toBe(true);
    expect(await stores.credentials.find({ instance: 'last', holder: 'ben' })).toMatchObject({
      id: 'anonymous too',
    });
  });

  test('a pair that waited no longer does when Adobe has replaced it', async () => {
    const { stores } = await start();
    await anaAwaited(stores);
    await stores.credentials.replace('old', pair('newer', 'old', 'ana'));
    expect(await stores.credentials.adopt('new', 'ana', 2_000)).toBe(true);
    expect(await stores.credentials.find({ instance: 'new', holder: 'ana' })).toMatchObject({
      id: 'anonymous',
    });
  });
};
