import { expect, test } from 'vitest';
import type { Artifact } from '#src/stores/expiring-ports';
import type { Start } from '../conformance.ts';
import { numbers, rivals } from './rivals.ts';
import { startTimed } from './timed.ts';

const minute = 60_000;
const page = (id: string, more: Partial<Artifact> = {}): Artifact => ({
  model: 'Interaction',
  id,
  payload: { jti: id },
  ...more,
});
const key = (id: string) => ({ model: 'Interaction', id });

export const artifactChangePromises = (start: Start): void => {
  test('the steps of a change are one: all are done, in order', async () => {
    const { stores, clock } = await startTimed(start);
    const { artifacts } = stores;
    for (const id of ['taken', 'spent', 'removed']) await artifacts.upsert(page(id));
    const done = await artifacts.change([
      { take: key('taken') },
      { spend: key('spent') },
      { put: page('spent', { payload: { v: 2 } }) },
      { remove: key('removed') },
      { remove: key('unknown') },
      { put: page('fresh', { payload: { v: 1 } }) },
      { put: page('fresh', { payload: { v: 2 } }) },
    ]);
    expect(done).toBe(true);
    expect(await artifacts.find('Interaction', 'taken')).toBeUndefined();
    expect(await artifacts.find('Interaction', 'removed')).toBeUndefined();
    expect(await artifacts.find('Interaction', 'spent')).toMatchObject({
      payload: { v: 2 },
      consumedAt: clock.now(),
    });
    expect((await artifacts.find('Interaction', 'fresh'))?.payload).toEqual({ v: 2 });
  });

  test('where a condition does not hold, nothing is done', async () => {
    const { stores, clock } = await startTimed(start);
    const { artifacts } = stores;
    await artifacts.upsert(page('used'));
    await artifacts.consume('Interaction', 'used');
    await artifacts.upsert(page('expired', { expiresAt: clock.now() + minute }));
    await artifacts.upsert(page('kept'));
    await clock.advance(minute);
    const lost = [
      { take: key('unknown') },
      { take: key('expired') },
      { take: { model: 'Session', id: 'kept' } },
      { spend: key('unknown') },
      { spend: key('expired') },
      { spend: key('used') },
    ];
    for (const condition of lost) {
      const steps = [{ put: page('fresh') }, { take: key('kept') }, condition];
      expect(await artifacts.change(steps)).toBe(false);
    }
    expect(await artifacts.find('Interaction', 'fresh')).toBeUndefined();
    expect(await artifacts.find('Interaction', 'kept')).toMatchObject({ consumedAt: null });
  });

  test('what is used can still be taken', async () => {
    const { stores } = await startTimed(start);
    await stores.artifacts.upsert(page('used'));
    await stores.artifacts.consume('Interaction', 'used');
    expect(await stores.artifacts.change([{ take: key('used') }])).toBe(true);
  });

  test('a user code of another artifact undoes the steps before it', async () => {
    const { stores } = await startTimed(start);
    const { artifacts } = stores;
    await artifacts.upsert(page('kept'));
    await artifacts.upsert(page('one', { userCode: 'AAAA' }));
    const change = artifacts.change([{ take: key('kept') }, { put: page('other', { userCode: 'AAAA' }) }]);
    await expect(change).rejects.toMatchObject({ code: 'gateway_unavailable' });
    expect(await artifacts.find('Interaction', 'kept')).toBeDefined();
  });

  test.for(['take', 'spend'] as const)(
    'of rivals that %s one artifact, one changes anything',
    async (step) => {
      const given = await startTimed(start);
      const { artifacts } = given.stores;
      for (const id of numbers(5)) await artifacts.upsert(page(`p${id}`));
      const won = await rivals(given, 100, (through, index) => {
        const id = `p${index % 5}`;
        const condition = step === 'take' ? { take: key(id) } : { spend: key(id) };
        return through.artifacts.change([condition, { put: page(`of ${index}`) }]);
      });
      const stored = await Promise.all(
        numbers(100).map((index) => artifacts.find('Interaction', `of ${index}`)),
      );
      expect(won.filter(Boolean)).toHaveLength(5);
      expect(stored.map((found) => found !== undefined)).toEqual(won);
    },
  );
};
