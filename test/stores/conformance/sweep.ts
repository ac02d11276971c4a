import { expect, test } from 'vitest';
import type { Stores } from '#src/stores/ports';
import { instance, signIn } from '../../support/builders.ts';
import type { Start } from '../conformance.ts';
import { numbers, rivals } from './rivals.ts';

const minute = 60_000;
const hour = 60 * minute;

const sweepAll = async ({ sweep }: Stores, now: number, instancesSeenBefore = 0): Promise<number> => {
  const removed = await sweep({ now, instancesSeenBefore, limit: 100 });
  return removed === 0 ? 0 : removed + (await sweepAll({ sweep } as Stores, now, instancesSeenBefore));
};

export const sweepPromises = (start: Start): void => {
  test('what has expired is removed, what has not is there', async () => {
    const { stores, rival, clock, pass } = await start();
    const now = clock.now();
    for (const [key, expiresAt] of [
      ['old', now + minute],
      ['new', now + hour],
    ] as const) {
      await stores.records.put('transaction', key, { value: key, expiresAt });
      await stores.artifacts.upsert({ model: 'Session', id: key, payload: {}, expiresAt }, now);
      await stores.leases.acquire({ name: key, owner: 'a', now, until: expiresAt });
      await stores.counters.add([{ key, by: 1, window: expiresAt - now }], now);
    }
    await stores.artifacts.upsert({ model: 'Session', id: 'for ever', payload: {} }, now);
    expect(await sweepAll(rival, now)).toBe(0);
    await pass(minute);
    expect(await sweepAll(rival, now + minute)).toBe(4);
    expect(await stores.records.get('transaction', 'old', now)).toBeUndefined();
    expect(await stores.records.get('transaction', 'new', now)).toBe('new');
    expect(await stores.artifacts.find('Session', 'old', now)).toBeUndefined();
    expect(await stores.artifacts.find('Session', 'new', now)).toBeDefined();
    expect(await stores.artifacts.find('Session', 'for ever', now + 1_000 * hour)).toBeDefined();
    expect(await stores.leases.acquire({ name: 'new', owner: 'b', now, until: now + hour })).toBe(false);
    expect((await stores.counters.add([{ key: 'new', by: 0, window: hour }], now))[0]?.count).toBe(1);
  });

  test('a redeemed artifact loses its answer first, and is forgotten later', async () => {
    const { stores, clock } = await start();
    const now = clock.now();
    await stores.signIns.record(signIn({ grant: 'g1', idleAt: now + 10 * hour }));
    await stores.artifacts.upsert({ model: 'RefreshToken', id: 'r0', payload: {}, grantId: 'g1' }, now);
    const exchange = {
      redeemed: { model: 'RefreshToken', id: 'r0' },
      grant: 'g1',
      client: 'tv',
      issued: [],
      answer: { access_token: 'secret' },
      answerUntil: now + 1,
      rememberedUntil: now + hour,
    };
    expect(await stores.exchanges.commit(exchange, now)).toBe(true);
    await sweepAll(stores, now + 1);
    expect(await stores.exchanges.findRedeemed('RefreshToken', 'r0', now)).toMatchObject({ answer: null });
    await sweepAll(stores, now + hour);
    expect(await stores.exchanges.findRedeemed('RefreshToken', 'r0', now)).toBeUndefined();
  });

  test('a sign-in whose last token expired is removed, with its grant', async () => {
    const { stores, clock } = await start();
    const now = clock.now();
    await stores.signIns.record(signIn({ grant: 'dead', idleAt: now + 1 }));
    await stores.signIns.record(signIn({ grant: 'alive', idleAt: now + hour }));
    for (const id of ['dead', 'alive'])
      await stores.artifacts.upsert({ model: 'Grant', id, payload: {}, expiresAt: now + 100 * hour }, now);
    await sweepAll(stores, now + 1);
    expect(await stores.signIns.find('dead')).toBeUndefined();
    expect(await stores.artifacts.find('Grant', 'dead', now)).toBeUndefined();
    expect(await stores.signIns.find('alive')).toBeDefined();
    expect(await stores.artifacts.find('Grant', 'alive', now)).toBeDefined();
  });

  test('an instance that nobody has used is removed, unless it has, or had, anything of its own', async () => {
    const { stores, clock } = await start();
    const now = clock.now();
    const pair = (id: string) => ({ id, secret: 's', instance: id, holder: '', createdAt: 0 });
    for (const id of ['unused', 'seen again', 'with a pair', 'its pair moved', 'with a sign-in'])
      await stores.instances.add(instance({ id, device: id === 'its pair moved' ? 'd1' : null, seenAt: 1 }));
    await stores.instances.add(instance({ id: 'new here', device: 'd1', seenAt: now }));
    await stores.instances.seen('seen again', now);
    await stores.credentials.add(pair('with a pair'));
    await stores.credentials.add({ ...pair('its pair moved'), holder: 'ana' });
    await stores.credentials.bring({ app: 'tv', device: 'd1', viewer: 'ana', to: 'new here', now });
    await stores.signIns.record(signIn({ instance: 'with a sign-in', idleAt: now + hour }));
    await sweepAll(stores, now, 2);
    expect(await stores.instances.find('unused')).toBeUndefined();
    for (const id of ['seen again', 'with a pair', 'its pair moved', 'with a sign-in', 'new here'])
      expect(await stores.instances.find(id)).toBeDefined();
  });

  test('one step removes a few of each kind, and rivals remove each row once', async () => {
    const given = await start();
    const now = given.clock.now();
    for (const key of numbers(50))
      await given.stores.records.put('transaction', `k${key}`, { value: key, expiresAt: now });
    expect(await given.stores.sweep({ now, instancesSeenBefore: 0, limit: 10 })).toBe(10);
    const removed = await rivals(given, 10, (through) =>
      through.sweep({ now, instancesSeenBefore: 0, limit: 10 }),
    );
    expect(removed.reduce((sum, count) => sum + count, 0)).toBe(40);
  });

  test('changes are kept for an hour', async () => {
    const { stores, clock } = await start();
    const now = clock.now();
    await stores.signIns.record(signIn({ grant: 'g1', idleAt: now + 10 * hour }));
    await stores.signIns.end('g1', now);
    const position = await stores.changes.latest();
    await sweepAll(stores, now + hour - 1);
    expect(await stores.changes.since(0, 10)).toHaveLength(1);
    await sweepAll(stores, now + hour);
    expect(await stores.changes.since(0, 10)).toEqual([]);
    expect(await stores.changes.latest()).toBe(position);
  });
};
