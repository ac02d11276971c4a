import { expect, test } from 'vitest';
import type { Instance } from '#src/stores/ports';
import type { Start } from '../conformance.ts';
import { rivals, strangeKeys } from './rivals.ts';
import { tv } from './rows.ts';

export const instancePromises = (start: Start): void => {
  test('an instance comes back as it was added', async () => {
    const { stores, rival } = await start();
    const registered: Instance = {
      ...tv,
      id: 'r',
      origin: 'registered',
      secretHash: 'hash',
      statementHash: 'statement',
      redirectUri: 'app://com.example',
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

  test('an instance was last seen at the latest time that was told', async () => {
    const { stores, rival } = await start();
    await stores.instances.add(tv);
    await rival.instances.seen('tv', 3_000);
    await stores.instances.seen('tv', 2_000);
    expect(await stores.instances.find('tv')).toEqual({ ...tv, seenAt: 3_000 });
    await stores.instances.seen('unknown', 3_000);
    expect(await stores.instances.find('unknown')).toBeUndefined();
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
