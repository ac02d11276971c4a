import type { Device } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { postgresUrl } from '../support/postgres.ts';
import { adobeWas, startOn } from '../support/start.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { startTwoNodes } from '../support/two-nodes.ts';

const withProfile = async (t: TestWorld, tv: Device): Promise<Device> => {
  await t.signIn(tv, 'ana');
  await tv.profileByCode(await t.logInAtMvpd(tv, 'ana', 'Cablevision'));
  expect((await startOn(tv)).next).toMatchObject({ step: 'play' });
  return tv;
};

describe.skipIf(!postgresUrl)('a profile that one node knows', () => {
  test('is told by the other without a call to Adobe', async () => {
    const { t, second, tvAt } = await startTwoNodes();
    const here = await withProfile(t, tvAt(t.origin));
    const there = tvAt(second);
    there.use(here.tokens);
    await eventually(async () => {
      const { result, asked } = await adobeWas(t, () => startOn(there));
      expect(result).toMatchObject({ profile: { mvpd: 'Cablevision' }, next: { step: 'play' } });
      expect(asked).toEqual([]);
    });
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

  test('is not told any more once its viewer has logged out', async () => {
    await using t = await startGateway({ settings });
    const tv = await withProfile(t, t.device('tv'));
    await tv.logout('Cablevision', 'https://adobe.com');
    await t.control.fault({ match: { operation: 'profiles.all' }, fault: { kind: 'reset' } });
    await expect(startOn(tv)).rejects.toThrow(/gateway_adobe_unreachable/);
  });
});
