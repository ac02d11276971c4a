import { expect, test } from 'vitest';
import type { CredentialPair, Instance, Stores } from '#src/stores/ports';
import type { Start } from '../conformance.ts';
import { rivals, strangeKeys } from './rivals.ts';

const pair = (id: string, holder: string, instance = 'tv'): CredentialPair => ({
  id,
  secret: `secret of ${id}`,
  instance,
  holder,
  createdAt: 1_000,
});

const tv: Instance = {
  id: 'tv',
  app: 'ref30-tv',
  origin: 'registered',
  secretHash: 'hash',
  statementHash: 'statement',
  redirectUri: null,
  device: null,
  firstViewer: null,
  createdAt: 1_000,
  seenAt: 1_000,
};

const of = (stores: Stores, holder: string, instance = 'tv') => stores.credentials.find({ instance, holder });

export const credentialPromises = (start: Start): void => {
  test('a pair is found by its place and by its id', async () => {
    const { stores, rival } = await start();
    expect(await stores.credentials.add(pair('c1', 'ana'))).toEqual(pair('c1', 'ana'));
    expect(await stores.credentials.add(pair('c2', ''))).toEqual(pair('c2', ''));
    expect(await of(rival, 'ana')).toEqual(pair('c1', 'ana'));
    expect(await of(rival, '')).toEqual(pair('c2', ''));
    expect(await rival.credentials.byId('c2')).toEqual(pair('c2', ''));
    expect(await of(stores, 'ben')).toBeUndefined();
    expect(await of(stores, 'ana', 'phone')).toBeUndefined();
    expect(await stores.credentials.byId('unknown')).toBeUndefined();
  });

  test('a place has one pair: who comes second is answered the first', async () => {
    const { stores } = await start();
    await stores.credentials.add(pair('c1', 'ana'));
    expect(await stores.credentials.add(pair('c2', 'ana'))).toEqual(pair('c1', 'ana'));
    expect(await stores.credentials.add(pair('c1', 'ana'))).toEqual(pair('c1', 'ana'));
    expect(await stores.credentials.byId('c2')).toBeUndefined();
  });

  test('a pair never stands in two places', async () => {
    const { stores } = await start();
    await stores.credentials.add(pair('c1', 'ana'));
    await expect(stores.credentials.add(pair('c1', 'ben'))).rejects.toThrow();
    expect(await of(stores, 'ben')).toBeUndefined();
    expect(await of(stores, 'ana')).toEqual(pair('c1', 'ana'));
  });

  test('rivals for one place end with one pair', async () => {
    const given = await start();
    const stored = await rivals(given, 50, (through, index) =>
      through.credentials.add(pair(`c${index}`, 'ana')),
    );
    expect(new Set(stored.map(({ id }) => id)).size).toBe(1);
    expect(await of(given.stores, 'ana')).toEqual(stored[0]);
  });

  test('a pair is replaced once: who holds the same old one is answered the new one', async () => {
    const given = await start();
    const { stores } = given;
    await stores.credentials.add(pair('old', 'ana'));
    const stored = await rivals(given, 50, (through, index) =>
      through.credentials.replace('old', { ...pair(`c${index}`, 'ana'), createdAt: 2_000 }),
    );
    expect(new Set(stored.map(({ id }) => id)).size).toBe(1);
    expect(stored[0]).toEqual({ ...pair(stored[0]?.id ?? '', 'ana'), createdAt: 2_000 });
    expect(await of(stores, 'ana')).toEqual(stored[0]);
    expect(await stores.credentials.byId('old')).toBeUndefined();
  });

  test('a pair adopted meanwhile is replaced where it went', async () => {
    const { stores } = await start();
    await stores.instances.add(tv);
    await stores.credentials.add(pair('old', ''));
    await stores.credentials.adopt('tv', 'ana', 1_000);
    expect(await stores.credentials.replace('old', pair('new', ''))).toEqual(pair('new', 'ana'));
    expect(await of(stores, '')).toBeUndefined();
  });

  test('replacing a pair that is gone, at an empty place, stores the new one', async () => {
    const { stores } = await start();
    expect(await stores.credentials.replace('gone', pair('new', 'ana'))).toEqual(pair('new', 'ana'));
    expect(await of(stores, 'ana')).toEqual(pair('new', 'ana'));
  });

  test('the first viewer of an instance adopts it with its anonymous pair', async () => {
    const { stores } = await start();
    await stores.instances.add(tv);
    await stores.credentials.add(pair('c1', ''));
    await stores.credentials.add(pair('c2', '', 'phone'));
    expect(await stores.credentials.adopt('tv', 'ana', 1_000)).toBe(true);
    expect(await of(stores, 'ana')).toEqual(pair('c1', 'ana'));
    expect(await of(stores, '')).toBeUndefined();
    expect(await of(stores, '', 'phone')).toEqual(pair('c2', '', 'phone'));
    expect((await stores.instances.find('tv'))?.firstViewer).toBe('ana');
  });

  test('nobody adopts an instance that had a viewer: not another, not the same again', async () => {
    const { stores } = await start();
    await stores.instances.add(tv);
    expect(await stores.credentials.adopt('tv', 'ana', 1_000)).toBe(true);
    await stores.credentials.add(pair('c1', ''));
    expect(await stores.credentials.adopt('tv', 'ben', 1_000)).toBe(false);
    expect(await stores.credentials.adopt('tv', 'ana', 1_000)).toBe(false);
    expect(await stores.credentials.adopt('unknown', 'ana', 1_000)).toBe(false);
    expect(await of(stores, '')).toEqual(pair('c1', ''));
  });

  test('a viewer who has a pair on the instance keeps it', async () => {
    const { stores } = await start();
    await stores.instances.add(tv);
    await stores.credentials.add(pair('anonymous', ''));
    await stores.credentials.add(pair('own', 'ana'));
    expect(await stores.credentials.adopt('tv', 'ana', 1_000)).toBe(true);
    expect(await of(stores, 'ana')).toEqual(pair('own', 'ana'));
    expect(await stores.credentials.byId('anonymous')).toEqual(pair('anonymous', ''));
  });

  test('of rival viewers one adopts', async () => {
    const given = await start();
    await given.stores.instances.add(tv);
    await given.stores.credentials.add(pair('c1', ''));
    const won = await rivals(given, 50, (through, index) =>
      through.credentials.adopt('tv', `viewer ${index}`, 1_000),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    const winner = `viewer ${won.indexOf(true)}`;
    expect((await given.stores.instances.find('tv'))?.firstViewer).toBe(winner);
    expect(await of(given.stores, winner)).toEqual(pair('c1', winner));
  });

  test('strange ids, instances and holders stay apart', async () => {
    const { stores } = await start();
    for (const key of strangeKeys) await stores.credentials.add(pair(key, key, key));
    for (const key of strangeKeys) {
      expect(await of(stores, key, key)).toEqual(pair(key, key, key));
      expect(await stores.credentials.byId(key)).toEqual(pair(key, key, key));
    }
  });
};
