import { request } from '@kinpass/simulator/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createMemoryStores } from '#src/stores/memory/create';
import { openStores, temporaryFile } from '../stores/sqlite-files.ts';
import { createAdminClient } from '../support/admin.ts';
import { createManualClock, type ManualClock } from '../support/manual-clock.ts';
import { startGateway } from '../support/start-gateway.ts';

const steps = { 'back by an hour': -3_600_000, 'back by 15 s': -15_000, 'forward by an hour': 3_600_000 };

/** Of the world around the gateway, whose clock nobody sets. */
const worldClockOf = (clock: ManualClock) => {
  const offset = clock.now() - clock.monotonic();
  return { now: () => clock.monotonic() + offset, wait: clock.wait };
};

describe.each(Object.entries(steps))('%s', (_, step) => {
  const start = async () => {
    const clock = createManualClock();
    const t = await startGateway({
      overrides: { clock },
      worldClock: worldClockOf(clock),
      settings: { signIn: { pollingInterval: '5s', accessTokenLifetime: '24h' } },
    });
    onTestFinished(() => t[Symbol.asyncDispose]());
    return { t, clock };
  };

  test('no device that has used its allowance is silenced', async () => {
    const { t, clock } = await start();
    const phone = await t.signIn(t.device('phone'), 'ana');
    const call = async () => (await phone.profiles()).status;
    for (let calls = 0; calls < 6; calls += 1) expect(await call()).toBe(200);
    clock.setWallClock(step);
    await clock.advance(2_000);
    expect(await call()).toBe(200);
    expect(await call()).toBe(200);
  });

  test('a TV that polls in time is not slowed down, one that polls too early is', async () => {
    const { t, clock } = await start();
    const form = { client_id: 'ref30-tv' };
    const { body } = await request({ method: 'POST', url: `${t.origin}/device/auth`, form });
    const poll = async (): Promise<unknown> => {
      const answer = await request({
        method: 'POST',
        url: `${t.origin}/token`,
        form: {
          ...form,
          device_code: String(body['device_code']),
          grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        },
      });
      return answer.body['error'];
    };
    expect(await poll()).toBe('authorization_pending');
    clock.setWallClock(step);
    await clock.advance(5_000);
    const hasExpired = step > 0; // codes end by the wall clock
    expect(await poll()).toBe(hasExpired ? 'invalid_grant' : 'authorization_pending');
    expect(await poll()).toBe(hasExpired ? 'invalid_grant' : 'slow_down');
  });

  test('changes of other processes are read on: every caller is known, and none for too long', async () => {
    const { t, clock } = await start();
    const phone = await t.signIn(t.device('phone'), 'ana');
    clock.setWallClock(step);
    await clock.advance(500);
    const admin = createAdminClient(t.adminOrigin);
    const { changeFeed } = (await admin.get('/readyz')).body as { changeFeed: { lagMs: number } };
    expect(changeFeed.lagMs).toBe(0);
    expect((await phone.profiles()).status).toBe(200);
  });
});

describe.each(['memory', 'sqlite'])('%s stores, back by an hour', (kind) => {
  const open = async () => {
    const stores = kind === 'memory' ? createMemoryStores() : await openStores(await temporaryFile());
    onTestFinished(() => stores.close());
    return stores;
  };

  test('the lease of a process that died keeps nobody out', async () => {
    const { leases } = await open();
    const clock = createManualClock();
    const acquire = (owner: string) => {
      const now = clock.now();
      return leases.acquire({ name: 'work', owner, now, until: now + 5_000 });
    };
    expect(await acquire('dead')).toBe(true);
    expect(await acquire('living')).toBe(false);
    clock.setWallClock(-3_600_000);
    expect(await acquire('living')).toBe(true);
    expect(await acquire('another')).toBe(false);
  });

  test('a budget that was used up is whole again', async () => {
    const { counters } = await open();
    const clock = createManualClock();
    const count = async (by: number) => {
      const [counter] = await counters.add([{ key: 'source', by, window: 60_000 }], clock.now());
      return counter?.count;
    };
    expect(await count(500)).toBe(500);
    clock.setWallClock(-500); // as another process may have it
    expect(await count(1)).toBe(501);
    clock.setWallClock(-3_600_000);
    expect(await count(1)).toBe(1);
    expect(await count(1)).toBe(2);
  });
});
