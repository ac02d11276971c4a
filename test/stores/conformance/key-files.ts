import { expect, test } from 'vitest';
import type { Start } from '../conformance.ts';
import { rivals } from './rivals.ts';

const made = (name: string, after: string) => ({ name, before: null, after });

export const keyFilePromises = (start: Start): void => {
  test('are listed by name, as they were written', async () => {
    const { stores, rival } = await start();
    expect(await stores.keyFiles.list()).toEqual([]);
    expect(await stores.keyFiles.change([made('b', 'two'), made('a', 'one')], 1_000)).toBe(true);
    expect(await rival.keyFiles.list()).toEqual([
      { name: 'a', sealed: 'one' },
      { name: 'b', sealed: 'two' },
    ]);
  });

  test('are replaced and removed by who knows what they were', async () => {
    const { stores, rival } = await start();
    await stores.keyFiles.change([made('a', 'one'), made('b', 'two')], 1_000);
    const steps = [
      { name: 'a', before: 'one', after: 'other' },
      { name: 'b', before: 'two', after: null },
    ];
    expect(await rival.keyFiles.change(steps, 2_000)).toBe(true);
    expect(await stores.keyFiles.list()).toEqual([{ name: 'a', sealed: 'other' }]);
  });

  test.each([
    ['is there', made('a', 'other')],
    ['is another one', { name: 'a', before: 'earlier', after: 'other' }],
    ['is gone', { name: 'c', before: 'one', after: null }],
  ])('a change of which one file %s writes nothing', async (_, step) => {
    const { stores, rival } = await start();
    await stores.keyFiles.change([made('a', 'one')], 1_000);
    const position = await stores.changes.latest();
    expect(await rival.keyFiles.change([made('b', 'two'), step], 2_000)).toBe(false);
    expect(await stores.keyFiles.list()).toEqual([{ name: 'a', sealed: 'one' }]);
    expect(await stores.changes.since(position, 10)).toEqual([]);
  });

  test('of rivals who make the same file one does', async () => {
    const given = await start();
    const won = await rivals(given, 20, (through, index) =>
      through.keyFiles.change([made('a', `by ${index}`), made(`of ${index}`, 'own')], index),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    const winner = won.indexOf(true);
    expect(await given.stores.keyFiles.list()).toEqual([
      { name: 'a', sealed: `by ${winner}` },
      { name: `of ${winner}`, sealed: 'own' },
    ]);
  });

  test('each file is a change, whether it was written or removed', async () => {
    const { stores, rival } = await start();
    await stores.keyFiles.change([made('a', 'one'), made('b', 'two')], 1_000);
    await stores.keyFiles.change([{ name: 'a', before: 'one', after: null }], 2_000);
    const seen = await rival.changes.since(0, 10);
    expect(seen.map(({ kind, id, at }) => [kind, id, at])).toEqual([
      ['keys', 'a', 1_000],
      ['keys', 'b', 1_000],
      ['keys', 'a', 2_000],
    ]);
  });
};
