import type { Device } from '@kinpass/simulator/client';
import { describe, expect, test } from 'vitest';
import { profileTypes, reachedAdobe } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import {
  type Household,
  household,
  isKnown,
  logIn,
  notifyAbout,
  type Screens,
  stillKnown,
  untilKnown,
  whatDropsWhat,
} from '../support/known-profiles.ts';
import { postgresUrl } from '../support/postgres.ts';
import type { TestWorld } from '../support/start-gateway.ts';
import { startTwoNodes } from '../support/two-nodes.ts';

const reachesAdobe = async ({ control }: TestWorld, device: Device): Promise<boolean> => {
  await control.clearRequests();
  expect((await device.profiles()).status).toBe(200);
  return reachedAdobe(await control.requests()).length > 0;
};

type Nodes = Awaited<ReturnType<typeof startTwoNodes>>;

/** The household's devices at the other node, each with its tokens. */
const atSecond = ({ second, deviceAt }: Nodes, { tv, phone, ben }: Household): Screens => {
  const there = {
    tv: deviceAt(second, 'tv'),
    phone: deviceAt(second, 'phone'),
    ben: deviceAt(second, 'tv', { address: ben.address }),
  };
  there.tv.use(tv.tokens);
  there.phone.use(phone.tokens);
  there.ben.use(ben.tokens);
  return there;
};

/**
 * Changes are read in their order: once the other node has dropped Chloe's profile by a notice, it has read everything before that.
 */
const readsChangesThrough = async ({ t, second, deviceAt }: Nodes) => {
  const chloe = await t.signIn(t.device('laptop'), 'chloe');
  await logIn(t, chloe, 'chloe', 'Spectrum');
  const there = deviceAt(second, 'laptop');
  there.use(chloe.tokens);
  return async (): Promise<void> => {
    await eventually(async () => expect(await isKnown(t, there)).toBe(true));
    await notifyAbout(t, chloe);
    await eventually(async () => expect(await isKnown(t, there)).toBe(false));
  };
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

  test.each(whatDropsWhat)('$what', async ({ act, elsewhere }) => {
    const nodes = await startTwoNodes();
    const readChanges = await readsChangesThrough(nodes);
    const home = await household(nodes.t);
    const there = atSecond(nodes, home);
    await readChanges();
    await untilKnown(nodes.t, there);

    await act(nodes.t, home);
    await readChanges();
    expect(await stillKnown(nodes.t, there)).toEqual(elsewhere);
  });
});
