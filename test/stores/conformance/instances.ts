import { expect, test } from 'vitest';
import type { CredentialPair, Instance } from '#src/stores/ports';
import type { Start } from '../conformance.ts';
import { rivals, strangeKeys } from './rivals.ts';

const tv: Instance = {
  id: 'tv',
  app: 'ref30-tv',
  origin: 'signed-in',
  secretHash: null,
  device: null,
  firstViewer: null,
  createdAt: 1_000,
};

const pairOn = (instance: string, holder: string): CredentialPair => ({
  id: `pair of ${instance} and ${holder}`,
  secret: 'secret',
  instance,
  holder,
  createdAt: 1_000,
});

export const instancePromises = (start: Start): void => {
  test('an instance comes back as it was added', async () => {
    const { stores, rival } = await start();
    const registered: Instance = {
      ...tv,
      id: 'r',
      origin: 'registered',
      secretHash: 'hash',
      device: 'd',
      firstViewer: 'ana',
    };
    await stores.instances.add(tv);
    await stores.instances.add(registered);
    expect(await rival.instances.find('tv')).toEqual(tv);
    expect(await rival.instances.find('r')).toEqual(registered);
    expect(await rival.instances.find('unknown')).toBeUndefined();
  });

  test('an id that is taken is refused', async () => {
    const { stores } = await start();
    await stores.instances.add(tv);
    await expect(stores.instances.add({ ...tv, app: 'other' })).rejects.toThrow();
    expect(await stores.instances.find('tv')).toEqual(tv);
  });

  test('the first device binds an instance for good', async () => {
    const { stores } = await start();
    await stores.instances.add(tv);
    expect(await stores.instances.bindDevice('tv', 'd1')).toBe('d1');
    expect(await stores.instances.bindDevice('tv', 'd2')).toBe('d1');
    expect(await stores.instances.bindDevice('tv', 'd1')).toBe('d1');
    expect(await stores.instances.find('tv')).toEqual({ ...tv, device: 'd1' });
    expect(await stores.instances.bindDevice('unknown', 'd1')).toBeUndefined();
    expect(await stores.instances.find('unknown')).toBeUndefined();
  });

  test('of rival devices one binds, and all are told which', async () => {
    const given = await start();
    await given.stores.instances.add(tv);
    const bound = await rivals(given, 50, (through, index) =>
      through.instances.bindDevice('tv', `d${index}`),
    );
    expect(new Set(bound).size).toBe(1);
    expect((await given.stores.instances.find('tv'))?.device).toBe(bound[0]);
  });

  test("a viewer finds their app's oldest signed-in instance on a device, where they hold credentials", async () => {
    const { stores } = await start();
    const on = { device: 'd1' };
    await stores.instances.add({ ...tv, ...on, id: 'younger', createdAt: 3_000 });
    await stores.instances.add({ ...tv, ...on, id: 'oldest', createdAt: 2_000 });
    await stores.instances.add({ ...tv, ...on, id: 'without credentials', createdAt: 1 });
    await stores.instances.add({ ...tv, ...on, id: 'registered', origin: 'registered', createdAt: 1 });
    await stores.instances.add({ ...tv, ...on, id: 'of another app', app: 'ref40-phone', createdAt: 1 });
    await stores.instances.add({ ...tv, id: 'on another device', device: 'd2', createdAt: 1 });
    await stores.instances.add({ ...tv, id: 'unbound', createdAt: 1 });
    for (const id of ['younger', 'oldest', 'registered', 'of another app', 'on another device', 'unbound']) {
      await stores.credentials.add(pairOn(id, 'ana'));
    }
    await stores.credentials.add(pairOn('without credentials', 'ben'));

    const key = { app: 'ref30-tv', device: 'd1', viewer: 'ana' };
    expect((await stores.instances.findOfViewer(key))?.id).toBe('oldest');
    expect((await stores.instances.findOfViewer({ ...key, viewer: 'ben' }))?.id).toBe('without credentials');
    expect(await stores.instances.findOfViewer({ ...key, viewer: 'chloe' })).toBeUndefined();
    expect(await stores.instances.findOfViewer({ ...key, device: 'd3' })).toBeUndefined();
  });

  test('of equally old instances the one that was added first is found', async () => {
    const { stores } = await start();
    for (const id of ['z', 'a']) {
      await stores.instances.add({ ...tv, id, device: 'd1' });
      await stores.credentials.add(pairOn(id, 'ana'));
    }
    const found = await stores.instances.findOfViewer({ app: tv.app, device: 'd1', viewer: 'ana' });
    expect(found?.id).toBe('z');
  });

  test('strange ids and devices stay apart', async () => {
    const { stores } = await start();
    for (const key of strangeKeys) {
      await stores.instances.add({ ...tv, id: key, app: key });
      expect(await stores.instances.bindDevice(key, key)).toBe(key);
    }
    for (const key of strangeKeys) {
      expect(await stores.instances.find(key)).toEqual({ ...tv, id: key, app: key, device: key });
    }
  });
};
