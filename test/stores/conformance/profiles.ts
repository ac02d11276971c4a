import { expect, test } from 'vitest';
import type { Stores } from '#src/stores/ports';
import type { StoredProfiles } from '#src/stores/profile-ports';
import { account, auditRecord, instance, signIn } from '../../support/builders.ts';
import type { Start } from '../conformance.ts';
import { numbers, rivals, strangeKeys } from './rivals.ts';

const hour = 3_600_000;

const stored = (changes: Partial<StoredProfiles> = {}): StoredProfiles => ({
  key: 'k',
  credentials: 'c1',
  instance: 'i1',
  account: null,
  grant: null,
  device: 'd1',
  serviceProvider: 'REF30',
  subject: null,
  value: [{ mvpd: 'Cablevision', attributes: { zip: ['10001'] } }],
  learnedAt: 1_000,
  expiresAt: hour,
  ...changes,
});

const addAccount = async ({ accounts }: Stores, id: string): Promise<void> => {
  await accounts.resolve({
    identity: {
      ...{ family: 'ref', issuer: 'https://dtc.example', subject: id, provider: 'dtc', createdAt: 1 },
      ...{ email: null, linkKey: null, linkAuthority: null, provenAt: 1 },
    },
    fresh: account({ id }),
    link: { authorities: [], provenSince: 0 },
  });
};

/** The keys that are left. */
const left = async ({ profiles }: Stores, keys: readonly string[]): Promise<string[]> => {
  const found = await Promise.all(keys.map((key) => profiles.get(key, 0)));
  return keys.filter((_, index) => found[index]);
};

export const profilePromises = (start: Start): void => {
  test('profiles come back as they were put, by their key, until they expire', async () => {
    const { stores, rival } = await start();
    for (const key of strangeKeys) await stores.profiles.put(stored({ key, value: [key] }));
    for (const key of strangeKeys)
      expect(await rival.profiles.get(key, hour - 1)).toEqual({ value: [key], learnedAt: 1_000 });
    expect(await stores.profiles.get('unknown', 0)).toBeUndefined();
    expect(await rival.profiles.get(strangeKeys[0] ?? '', hour)).toBeUndefined();
  });

  test('what is put again replaces all of it', async () => {
    const { stores, rival } = await start();
    await stores.profiles.put(stored({ device: 'd1' }));
    await stores.profiles.put(
      stored({ device: 'd2', value: ['new'], learnedAt: 2_000, expiresAt: 2 * hour }),
    );
    expect(await rival.profiles.get('k', hour)).toEqual({ value: ['new'], learnedAt: 2_000 });
    await stores.profiles.drop(['d1'], { id: 'x', at: 0 });
    expect(await left(rival, ['k'])).toEqual(['k']);
  });

  test('they are removed by key', async () => {
    const { stores, rival } = await start();
    for (const key of ['a', 'b', 'c']) await stores.profiles.put(stored({ key }));
    await rival.profiles.remove(['a', 'c', 'unknown']);
    await rival.profiles.remove([]);
    expect(await left(stores, ['a', 'b', 'c'])).toEqual(['b']);
  });

  test('what rests on a tag is dropped, with a change that tells it', async () => {
    const { stores, rival } = await start();
    await addAccount(stores, 'ana');
    await stores.profiles.put(stored({ key: 'by pair', credentials: 'tag' }));
    await stores.profiles.put(stored({ key: 'by account', account: 'ana' }));
    await stores.profiles.put(stored({ key: 'by device', device: 'tv' }));
    await stores.profiles.put(stored({ key: 'other' }));
    const keys = ['by pair', 'by account', 'by device', 'other'];
    await rival.profiles.drop(['tag'], { id: 'first', at: 7 });
    expect(await left(stores, keys)).toEqual(['by account', 'by device', 'other']);
    await rival.profiles.drop(['ana', 'tv'], { id: 'second', at: 8 });
    expect(await left(stores, keys)).toEqual(['other']);
    expect(await stores.changes.since(0, 10)).toMatchObject([
      { kind: 'profiles', id: 'first', at: 7 },
      { kind: 'profiles', id: 'second', at: 8 },
    ]);
  });

  test('a few are dropped at a time of those that have all that is meant', async () => {
    const { stores, rival } = await start();
    await addAccount(stores, 'ana');
    const ofAna = { account: 'ana', subject: 's-ana' };
    await stores.profiles.put(stored({ key: 'tv', ...ofAna, device: 'd1' }));
    await stores.profiles.put(stored({ key: 'phone', ...ofAna, device: 'd2' }));
    await stores.profiles.put(stored({ key: 'ref40', ...ofAna, device: 'd3', serviceProvider: 'REF40' }));
    await stores.profiles.put(stored({ key: 'nobody', device: 'd1' }));
    const keys = ['tv', 'phone', 'ref40', 'nobody'];
    expect(await rival.profiles.dropMeant({ account: 'ben' }, 10)).toBe(0);
    expect(
      await rival.profiles.dropMeant({ account: 'ana', device: ['d2', 'd3'], serviceProvider: 'REF30' }, 10),
    ).toBe(1);
    expect(await left(stores, keys)).toEqual(['tv', 'ref40', 'nobody']);
    expect(await rival.profiles.dropMeant({ subject: 's-ana' }, 1)).toBe(1);
    expect(await rival.profiles.dropMeant({ subject: 's-ana' }, 10)).toBe(1);
    expect(await left(stores, keys)).toEqual(['nobody']);
    expect(await rival.profiles.dropMeant({}, 10)).toBe(1);
  });

  test('they end with their account, instance, sign-in and credentials, whatever ends those', async () => {
    const { stores, rival } = await start();
    const { profiles, signIns, credentials, artifacts, instances } = stores;
    for (const id of ['ana', 'ben']) await addAccount(stores, id);
    for (const id of ['i1', 'i2', 'i3']) await instances.add(instance({ id, device: 'd1' }));
    for (const grant of ['ended', 'revoked']) await signIns.record(signIn({ grant, viewer: 'ben' }));
    await artifacts.upsert({ model: 'AccessToken', id: 't', payload: {}, grantId: 'revoked' }, 0);
    const pair = { secret: 's', createdAt: 1 };
    await credentials.add({ ...pair, id: 'replaced', instance: 'i1', holder: 'ben' });
    await credentials.add({ ...pair, id: 'adopted', instance: 'i2', holder: '' });
    await credentials.add({ ...pair, id: 'moved', instance: 'i3', holder: 'chloe' });
    const rows: Record<string, Partial<StoredProfiles>> = {
      account: { account: 'ana' },
      instance: { instance: 'i9' },
      ended: { grant: 'ended' },
      revoked: { grant: 'revoked' },
      replaced: { credentials: 'replaced' },
      adopted: { credentials: 'adopted' },
      moved: { credentials: 'moved' },
      other: {},
    };
    for (const [key, changes] of Object.entries(rows)) await profiles.put(stored({ key, ...changes }));
    const keys = Object.keys(rows);
    const ends: Record<string, () => Promise<unknown>> = {
      account: () => rival.revocations.add({ kind: 'account', id: 'ana', reason: '', at: 1 }, auditRecord()),
      instance: () => rival.revocations.add({ kind: 'instance', id: 'i9', reason: '', at: 1 }, auditRecord()),
      ended: () => rival.signIns.end('ended', 1),
      revoked: () => rival.artifacts.revokeByGrantId('revoked', 1),
      replaced: () =>
        rival.credentials.replace('replaced', { ...pair, id: 'new', instance: 'i1', holder: 'ben' }),
      adopted: () => rival.credentials.adopt('i2', 'ana', 1),
      moved: () => rival.credentials.bring({ app: 'tv', device: 'd1', viewer: 'chloe', to: 'i1', now: 1 }),
    };
    for (const [index, end] of Object.values(ends).entries()) {
      await end();
      expect(await left(stores, keys)).toEqual(keys.slice(index + 1));
    }
  });

  test('an account that does not exist has none', async () => {
    const { stores } = await start();
    await expect(stores.profiles.put(stored({ account: 'nobody' }))).rejects.toThrow();
    expect(await left(stores, ['k'])).toEqual([]);
  });

  test('expired ones are swept, a few in each step, and once by rivals', async () => {
    const given = await start();
    const { stores, pass, clock } = given;
    const now = clock.now();
    for (const key of numbers(20))
      await stores.profiles.put(stored({ key: String(key), expiresAt: now + 1 }));
    await stores.profiles.put(stored({ key: 'kept', expiresAt: now + hour }));
    await pass(1);
    const sweep = { now: now + 1, instancesSeenBefore: 0, limit: 10 };
    expect(await stores.sweep(sweep)).toBe(10);
    const removed = await rivals(given, 4, (through) => through.sweep(sweep));
    expect(removed.reduce((sum, count) => sum + count, 0)).toBe(10);
    expect(await stores.profiles.get('kept', now)).toBeDefined();
  });
};
