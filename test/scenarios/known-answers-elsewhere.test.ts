import type { Device } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { profileTypes, reachedAdobe } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { postgresUrl } from '../support/postgres.ts';
import type { TestWorld } from '../support/start-gateway.ts';
import { startTwoNodes } from '../support/two-nodes.ts';

const reachesAdobe = async ({ control }: TestWorld, device: Device): Promise<boolean> => {
  await control.clearRequests();
  expect((await device.profiles()).status).toBe(200);
  return reachedAdobe(await control.requests()).length > 0;
};

describe.skipIf(!postgresUrl)('what one node does to profiles that another one knows', () => {
  test('a profile that is signed out at one node is not served by the other', async () => {
    const { t, second, tvAt } = await startTwoNodes();
    const here = await t.signIn(tvAt(t.origin), 'ana');
    const there = tvAt(second);
    there.use(here.tokens);
    const code = await t.logInAtMvpd(here, 'ana', 'Cablevision');
    await here.profileByCode(code);
    await eventually(async () => expect(await reachesAdobe(t, there)).toBe(false));
    expect(profileTypes(await there.profiles())).toEqual({ Cablevision: 'regular' });

    expect((await here.logout('Cablevision', 'https://adobe.com')).status).toBe(200);
    await eventually(async () => expect(profileTypes(await there.profiles())).toEqual({})); // a second at most
  });

  test('user metadata that an MVPD changes with a permit is read again at the other', async () => {
    const { t, second, tvAt } = await startTwoNodes({
      userMetadata: { updatedByPermit: ['Cablevision'] },
    });
    const here = await t.signIn(tvAt(t.origin), 'ana');
    const there = tvAt(second);
    there.use(here.tokens);
    const code = await t.logInAtMvpd(here, 'ana', 'Cablevision');
    await here.profileByCode(code);
    await eventually(async () => expect(await reachesAdobe(t, there)).toBe(false));

    expect((await here.authorize('Cablevision', ['news'])).status).toBe(200);
    await eventually(async () => expect(await reachesAdobe(t, there)).toBe(true)); // a second at most
  });
});
