import { expect, test } from 'vitest';
import { fingerprint } from '#src/lib/ids';
import type { Stores } from '#src/stores/ports';
import { auditRecord, instance, signIn } from '../../support/builders.ts';
import type { Start } from '../conformance.ts';
import { numbers, rivals } from './rivals.ts';

const endSignIn = async ({ signIns }: Stores, grant: string, now: number): Promise<void> => {
  await signIns.record(signIn({ grant }));
  await signIns.end(grant, now);
};

const ids = async ({ changes }: Stores, position: number, limit = 100): Promise<string[]> =>
  (await changes.since(position, limit)).map(({ id }) => id);

export const changePromises = (start: Start): void => {
  test('nothing has changed at first', async () => {
    const { stores } = await start();
    expect(await stores.changes.latest()).toBe(0);
    expect(await stores.changes.since(0, 10)).toEqual([]);
  });

  test('a sign-in that ends is a change, for whoever looks; one that was not there is none', async () => {
    const { stores, rival } = await start();
    await endSignIn(stores, 'g1', 1_000);
    await stores.signIns.end('g1', 2_000);
    await stores.signIns.end('unknown', 2_000);
    const position = await rival.changes.latest();
    expect(await rival.changes.since(0, 10)).toEqual([{ position, kind: 'sign-in', id: 'g1', at: 1_000 }]);
    expect(await rival.changes.since(position, 10)).toEqual([]);
  });

  test('a change that was made elsewhere is recorded as it is told', async () => {
    const { stores, rival } = await start();
    const change = { kind: 'profiles', id: '{"tags":["one"]}', at: 1_000 } as const;
    await stores.changes.record(change);
    const position = await rival.changes.latest();
    expect(await rival.changes.since(0, 10)).toEqual([{ ...change, position }]);
  });

  test('a revocation is a change of its kind, and its sign-ins end with it', async () => {
    const { stores, rival } = await start();
    await stores.signIns.record(signIn({ grant: 'g1', viewer: 'ana', instance: 'i1' }));
    const revoke = (kind: 'account' | 'instance' | 'jti', id: string) =>
      stores.revocations.add({ kind, id, reason: '', at: 1_000 }, auditRecord());
    await revoke('account', 'ana');
    await revoke('instance', 'i1');
    await revoke('jti', 't1');
    const seen = await rival.changes.since(0, 10);
    expect(seen.map(({ kind, id }) => `${kind} ${id}`)).toEqual(
      expect.arrayContaining(['account ana', 'instance i1', 'service-token t1']),
    );
    expect(await rival.signIns.find('g1')).toBeUndefined();
  });

  test('credentials that are replaced are a change of the old pair', async () => {
    const { stores, rival } = await start();
    const pair = { id: 'old', secret: 's', instance: 'i1', holder: '', createdAt: 1_000 };
    await stores.credentials.add(pair);
    expect(await rival.changes.latest()).toBe(0);
    await stores.credentials.replace('old', { ...pair, id: 'new' });
    expect(await rival.changes.since(0, 10)).toMatchObject([{ kind: 'credentials', id: 'old' }]);
  });

  test('a pair that gets another holder or instance is a change; one that stays where it is, none', async () => {
    const { stores, rival } = await start();
    const { credentials, instances, changes } = stores;
    for (const id of ['i1', 'i2', 'i3']) await instances.add(instance({ id, device: 'd1' }));
    await credentials.add({ id: 'pair', secret: 's', instance: 'i1', holder: '', createdAt: 1_000 });
    await credentials.adopt('i1', 'ana', 2_000);
    await credentials.adopt('i1', 'ben', 3_000);
    await credentials.adopt('i3', 'ana', 3_000);
    expect(await rival.changes.since(0, 10)).toMatchObject([{ kind: 'credentials', id: 'pair', at: 2_000 }]);
    const adopted = await changes.latest();
    const bringing = { app: 'tv', device: 'd1', viewer: 'ana', to: 'i2' };
    await credentials.bring({ ...bringing, now: 4_000 });
    await credentials.bring({ ...bringing, now: 5_000 });
    await credentials.bring({ ...bringing, viewer: 'chloe', now: 5_000 });
    expect(await rival.changes.since(adopted, 10)).toMatchObject([
      { kind: 'credentials', id: 'pair', at: 4_000 },
    ]);
  });

  test('an access token that is destroyed is a change, by its hash; nothing else that is', async () => {
    const { stores, rival } = await start();
    const destroy = async (model: string, id: string) => {
      await stores.artifacts.upsert({ model, id, payload: {} }, 1_000);
      await stores.artifacts.destroy(model, id, 2_000);
      await stores.artifacts.destroy(model, id, 3_000);
    };
    await destroy('AccessToken', 'token');
    await destroy('RefreshToken', 'other');
    expect(await rival.changes.since(0, 10)).toMatchObject([
      { kind: 'access-token', id: fingerprint('token'), at: 2_000 },
    ]);
  });

  test('what was issued for a grant is revoked: its sign-in changed', async () => {
    const { stores, rival } = await start();
    await stores.artifacts.upsert({ model: 'AccessToken', id: 'token', payload: {}, grantId: 'g1' }, 1_000);
    await stores.artifacts.revokeByGrantId('g1', 2_000);
    await stores.artifacts.revokeByGrantId('g1', 3_000);
    await stores.artifacts.revokeByGrantId('unknown', 3_000);
    expect(await rival.changes.since(0, 10)).toMatchObject([{ kind: 'sign-in', id: 'g1', at: 2_000 }]);
  });

  test('changes are read in order, in pages, whoever made them', async () => {
    const given = await start();
    const grants = numbers(20).map((index) => `g${index}`);
    await rivals(given, 20, (through, index) => endSignIn(through, `g${index}`, index));
    const { stores } = given;
    const all = await stores.changes.since(0, 100);
    expect(all.map(({ id }) => id).sort()).toEqual(grants.sort());
    expect(all.map(({ position }) => position)).toEqual(
      all.map(({ position }) => position).sort((a, b) => a - b),
    );
    const first = await stores.changes.since(0, 7);
    const rest = await ids(stores, first.at(-1)?.position ?? 0);
    expect([...first.map(({ id }) => id), ...rest]).toEqual(all.map(({ id }) => id));
    expect(await stores.changes.latest()).toBe(all.at(-1)?.position);
  });
};
