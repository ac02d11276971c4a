import type { Device } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { adobeWas, startOn } from '../support/start.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const withProfile = async (t: TestWorld, tv: Device): Promise<Device> => {
  await t.signIn(tv, 'ana');
  await tv.profileByCode(await t.logInAtMvpd(tv, 'ana', 'Cablevision'));
  expect((await startOn(tv)).next).toMatchObject({ step: 'play' });
  return tv;
};

test('a profile that is stored is told without a call to Adobe by a process that has just begun', async () => {
  await using t = await startGateway();
  const tv = await withProfile(t, t.device('tv'));
  await eventually(async () => {
    await t.reconfigure({}); // nothing is in memory now; the profile is stored after it was told
    const { result, asked } = await adobeWas(t, () => startOn(tv));
    expect(result).toMatchObject({ profile: { mvpd: 'Cablevision' }, next: { step: 'play' } });
    expect(asked).toEqual([]);
  });
});

describe('a profile that was read a while ago', () => {
  /** Older than this the moment it is read. */
  const settings = { knownAnswers: { profileFreshness: '1ms' } } as const;

  test('is read again, with one call', async () => {
    await using t = await startGateway({ settings });
    const tv = await withProfile(t, t.device('tv'));
    expect((await adobeWas(t, () => startOn(tv))).asked).toEqual(['profiles.all']);
  });

  test('is told while Adobe cannot be reached, and is no excuse for a reader who wants an answer of now', async () => {
    await using t = await startGateway({ settings });
    const tv = await withProfile(t, t.device('tv'));
    await t.control.fault({ match: { operation: 'profiles.all' }, fault: { kind: 'reset' } });
    await eventually(async () =>
      expect(await startOn(tv)).toMatchObject({ profile: { mvpd: 'Cablevision' }, next: { step: 'play' } }),
    );
    await expect(startOn(tv, {}, { 'cache-control': 'no-cache' })).rejects.toThrow(
      /gateway_adobe_unreachable/,
    );
  });

  test('is not told instead of what Adobe says', async () => {
    await using t = await startGateway({ settings });
    const tv = await withProfile(t, t.device('tv'));
    const body = JSON.stringify({
      status: 403,
      code: 'authenticated_profile_invalidated',
      action: 'authentication',
    });
    await t.control.fault({
      match: { operation: 'profiles.all' },
      fault: { kind: 'status', status: 403, body },
    });
    await expect(startOn(tv)).rejects.toThrow(/gateway_adobe_refused/);
  });

  test('is not told any more once its viewer has logged out', async () => {
    await using t = await startGateway({ settings });
    const tv = await withProfile(t, t.device('tv'));
    await tv.logout('Cablevision', 'https://adobe.com');
    await t.control.fault({ match: { operation: 'profiles.all' }, fault: { kind: 'reset' } });
    await expect(startOn(tv)).rejects.toThrow(/gateway_adobe_unreachable/);
  });
});
