import { expect, test } from 'vitest';
import type { Start } from '../conformance.ts';
import { numbers, rivals, strangeKeys } from './rivals.ts';

const lease = (owner: string, now: number, name = 'work') => ({ name, owner, now, until: now + 1_000 });

export const leasePromises = (start: Start): void => {
  test('a lease has one owner, who can extend it, until it ends', async () => {
    const { stores, rival, clock } = await start();
    const now = clock.now();
    expect(await stores.leases.acquire(lease('a', now))).toBe(true);
    expect(await rival.leases.acquire(lease('b', now + 999))).toBe(false);
    expect(await stores.leases.acquire(lease('a', now + 999))).toBe(true);
    expect(await rival.leases.acquire(lease('b', now + 1_998))).toBe(false);
    expect(await rival.leases.acquire(lease('b', now + 1_999))).toBe(true);
    expect(await stores.leases.acquire(lease('a', now + 2_000))).toBe(false);
  });

  test('an owner releases a lease, and nobody else does', async () => {
    const { stores, rival, clock } = await start();
    const now = clock.now();
    await stores.leases.acquire(lease('a', now));
    await rival.leases.release({ name: 'work', owner: 'b' });
    expect(await rival.leases.acquire(lease('b', now))).toBe(false);
    await stores.leases.release({ name: 'work', owner: 'a' });
    expect(await rival.leases.acquire(lease('b', now))).toBe(true);
    await stores.leases.release({ name: 'unknown', owner: 'a' });
  });

  test('of rivals one gets each lease', async () => {
    const given = await start();
    const now = given.clock.now();
    const won = await rivals(given, 100, (through, index) =>
      through.leases.acquire(lease(`owner ${index}`, now, `work ${index % 5}`)),
    );
    for (const work of numbers(5))
      expect(won.filter((got, index) => got && index % 5 === work)).toHaveLength(1);
  });

  test('strange names and owners stay apart', async () => {
    const { stores, clock } = await start();
    const now = clock.now();
    for (const key of strangeKeys) expect(await stores.leases.acquire(lease(key, now, key))).toBe(true);
    for (const key of strangeKeys)
      expect(await stores.leases.acquire(lease(`${key}!`, now, key))).toBe(false);
  });
};
