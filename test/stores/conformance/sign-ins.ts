import { expect, test } from 'vitest';
import type { SignIn } from '#src/stores/ports';
import type { Start } from '../conformance.ts';
import { strangeKeys } from './rivals.ts';

const signIn: SignIn = { grant: 'g1', app: 'ref30-tv', instance: 'tv', viewer: 'ana', createdAt: 1_000 };

export const signInPromises = (start: Start): void => {
  test('a sign-in is found by its grant until it ends', async () => {
    const { stores, rival } = await start();
    await stores.signIns.record(signIn);
    await stores.signIns.record({ ...signIn, grant: 'g2', viewer: 'ben' });
    expect(await rival.signIns.find('g1')).toEqual(signIn);
    await rival.signIns.end('g1');
    expect(await stores.signIns.find('g1')).toBeUndefined();
    expect((await stores.signIns.find('g2'))?.viewer).toBe('ben');
    await stores.signIns.end('unknown');
  });

  test('a sign-in moves to another instance, and nothing else of it changes', async () => {
    const { stores } = await start();
    await stores.signIns.record(signIn);
    await stores.signIns.move('g1', 'older tv');
    expect(await stores.signIns.find('g1')).toEqual({ ...signIn, instance: 'older tv' });
    await stores.signIns.move('unknown', 'tv');
    expect(await stores.signIns.find('unknown')).toBeUndefined();
  });

  test('a grant is recorded once: the same again takes nothing back', async () => {
    const { stores } = await start();
    await stores.signIns.record(signIn);
    await stores.signIns.move('g1', 'older tv');
    await stores.signIns.record(signIn);
    expect((await stores.signIns.find('g1'))?.instance).toBe('older tv');
  });

  test('all sign-ins of a viewer end, or all on an instance, and no others', async () => {
    const { stores, rival } = await start();
    for (const [grant, viewer, instance] of [
      ['ana on tv', 'ana', 'tv'],
      ['ana on phone', 'ana', 'phone'],
      ['ben on tv', 'ben', 'tv'],
      ['ben on phone', 'ben', 'phone'],
    ] as const)
      await stores.signIns.record({ ...signIn, grant, viewer, instance });
    await rival.signIns.endAll({ viewer: 'ana' });
    expect(await stores.signIns.find('ana on tv')).toBeUndefined();
    expect(await stores.signIns.find('ana on phone')).toBeUndefined();
    await rival.signIns.endAll({ instance: 'tv' });
    expect(await stores.signIns.find('ben on tv')).toBeUndefined();
    expect(await stores.signIns.find('ben on phone')).toBeDefined();
  });

  test('strange grants stay apart', async () => {
    const { stores } = await start();
    for (const key of strangeKeys) await stores.signIns.record({ ...signIn, grant: key, viewer: key });
    for (const key of strangeKeys) expect((await stores.signIns.find(key))?.viewer).toBe(key);
  });
};
