import { expect, test } from 'vitest';
import { strangeKeys } from '../../stores/conformance/rivals.ts';
import type { Start } from '../conformance.ts';

const life = 60_000;

export const probePromises = (start: Start): void => {
  test('a probe is found until it expires, through any process', async () => {
    const { stores, rival, clock } = await start();
    const now = clock.monotonic();
    const arrival = { peer: { address: '127.0.0.1', port: 1 }, forwardedFor: null };
    await stores.probes.remember({ id: 'a', arrival, expiresAt: now + life });
    expect(await rival.probes.find('a', now + life - 1)).toEqual(arrival);
    expect(await rival.probes.find('a', now + life)).toBeUndefined();
    expect(await rival.probes.find('b', now)).toBeUndefined();
  });

  test('the last hundred are kept', async () => {
    const { stores, rival, clock } = await start();
    const expiresAt = clock.monotonic() + life;
    for (let n = 0; n <= 100; n += 1)
      await stores.probes.remember({ id: String(n), arrival: { n }, expiresAt });
    expect(await rival.probes.find('0', clock.monotonic())).toBeUndefined();
    expect(await rival.probes.find('1', clock.monotonic())).toEqual({ n: 1 });
  });

  test('strange ids stay apart', async () => {
    const { stores, rival, clock } = await start();
    const expiresAt = clock.monotonic() + life;
    for (const id of strangeKeys) await stores.probes.remember({ id, arrival: { id }, expiresAt });
    for (const id of strangeKeys) expect(await rival.probes.find(id, clock.monotonic())).toEqual({ id });
  });
};
