import { expect, test } from 'vitest';
import type { Stores } from '#src/stores/ports';
import type { Start } from '../conformance.ts';
import { numbers, rivals, strangeKeys } from './rivals.ts';

const life = 60_000;
const lease = (owner: string, now: number, name = 'work') => ({ name, owner, now, until: now + life });

export const leasePromises = (start: Start): void => {
  test('a lease has one owner, who can extend it, until it ends', async () => {
    const { stores, rival, clock, pass, margin } = await start();
    const acquire = ({ leases }: Stores, owner: string) => leases.acquire(lease(owner, clock.now()));
    expect(await acquire(stores, 'a')).toBe(true);
    await pass(life - margin);
    expect(await acquire(rival, 'b')).toBe(false);
    expect(await acquire(stores, 'a')).toBe(true);
    await pass(life - margin);
    expect(await acquire(rival, 'b')).toBe(false);
    await pass(margin);
    expect(await acquire(rival, 'b')).toBe(true);
    expect(await acquire(stores, 'a')).toBe(false);
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

  test('a lease can be renewed until another owner has taken it, even after it expired', async () => {
    const { stores, rival, clock, pass, margin } = await start();
    const renew = ({ leases }: Stores, owner: string) => leases.renew(lease(owner, clock.now()));
    expect(await renew(stores, 'a')).toBe(false);
    await stores.leases.acquire(lease('a', clock.now()));
    await pass(life - margin);
    expect(await renew(stores, 'a')).toBe(true);
    expect(await renew(stores, 'b')).toBe(false);
    await pass(life - margin);
    expect(await rival.leases.acquire(lease('b', clock.now()))).toBe(false);
    await pass(2 * margin);
    expect(await renew(stores, 'a')).toBe(true);
    await pass(life + margin);
    expect(await rival.leases.acquire(lease('b', clock.now()))).toBe(true);
    expect(await renew(stores, 'a')).toBe(false);
    await rival.leases.release({ name: 'work', owner: 'b' });
    expect(await renew(stores, 'a')).toBe(false);
  });

  test('a fenced write is refused once another owner has held the lease', async () => {
    const { stores, rival, clock, pass, margin } = await start();
    const put = ({ records }: Stores, owner: string, value: string) =>
      records.putFenced({ name: 'work', owner }, 'adobe-access-token', 'k', {
        value,
        expiresAt: clock.now() + 10 * life,
      });
    const stored = () => stores.records.get('adobe-access-token', 'k', clock.now());
    expect(await put(stores, 'a', 'without a lease')).toBe(false);
    await stores.leases.acquire(lease('a', clock.now()));
    expect(await put(stores, 'a', 'first')).toBe(true);
    expect(await put(stores, 'b', 'no owner')).toBe(false);
    await pass(life + margin);
    expect(await put(stores, 'a', 'late, but nobody else came')).toBe(true);
    await rival.leases.acquire(lease('b', clock.now()));
    expect(await put(stores, 'a', 'too late')).toBe(false);
    expect(await stored()).toBe('late, but nobody else came');
    expect(await put(rival, 'b', 'newer')).toBe(true);
    await rival.leases.release({ name: 'work', owner: 'b' });
    expect(await put(stores, 'a', 'too late again')).toBe(false);
    expect(await stored()).toBe('newer');
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
