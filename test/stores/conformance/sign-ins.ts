import { expect, test } from 'vitest';
import type { Start } from '../conformance.ts';
import { strangeKeys } from './rivals.ts';
import { signIn } from './rows.ts';

export const signInPromises = (start: Start): void => {
  test('a sign-in is found by its grant until it ends', async () => {
    const { stores, rival } = await start();
    await stores.signIns.record(signIn);
    await stores.signIns.record({ ...signIn, grant: 'g2', viewer: 'ben' });
    expect(await rival.signIns.find('g1')).toEqual(signIn);
    await rival.signIns.end('g1', 2_000);
    expect(await stores.signIns.find('g1')).toBeUndefined();
    expect((await stores.signIns.find('g2'))?.viewer).toBe('ben');
    await stores.signIns.end('unknown', 2_000);
  });

  test('a grant is recorded once: the same again changes nothing', async () => {
    const { stores } = await start();
    await stores.signIns.record(signIn);
    await stores.signIns.record({ ...signIn, instance: 'other tv', provider: null });
    expect(await stores.signIns.find('g1')).toEqual(signIn);
  });

  test('everything that was issued for a sign-in ends with it, and nothing else', async () => {
    const { stores, rival, clock } = await start();
    const now = clock.now();
    for (const grant of ['g1', 'g2']) {
      await stores.signIns.record({ ...signIn, grant });
      await stores.artifacts.upsert({ model: 'Grant', id: grant, payload: {} }, now);
      const token = { model: 'AccessToken', id: `token of ${grant}`, payload: {}, grantId: grant };
      await stores.artifacts.upsert(token, now);
    }
    await rival.signIns.end('g1', now);
    for (const [model, id] of [
      ['Grant', 'g1'],
      ['AccessToken', 'token of g1'],
    ] as const)
      expect(await stores.artifacts.find(model, id, now)).toBeUndefined();
    expect(await stores.artifacts.find('Grant', 'g2', now)).toBeDefined();
    expect(await stores.artifacts.find('AccessToken', 'token of g2', now)).toBeDefined();
  });

  test('are listed in pages, oldest first', async () => {
    const { stores, rival } = await start();
    for (const grant of ['c', 'a', 'b']) await stores.signIns.record({ ...signIn, grant });
    const [first, second] = await rival.signIns.list({ limit: 2 });
    expect([first?.grant, second?.grant]).toEqual(['c', 'a']);
    const rest = await rival.signIns.list({ limit: 2, after: second?.position });
    expect(rest.map(({ grant }) => grant)).toEqual(['b']);
  });

  test('strange grants stay apart', async () => {
    const { stores } = await start();
    for (const key of strangeKeys) await stores.signIns.record({ ...signIn, grant: key, viewer: key });
    for (const key of strangeKeys) expect((await stores.signIns.find(key))?.viewer).toBe(key);
  });
};
