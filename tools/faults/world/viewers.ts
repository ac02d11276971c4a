import type { Simulator } from '@kinpass/simulator';
import { createBrowser } from '@kinpass/simulator/browser';
import { createDevice, type Device, demoDevices, signInAtMvpd, signInOnTv } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';

export type UserName = 'ana' | 'ben' | 'chloe';

export interface Viewers {
  /** A new TV, on which nobody is signed in. */
  device(): Device;
  /** A new TV, whose viewer is signed in. */
  signIn(user: UserName): Promise<Device>;
  /** The same, with the profile of a TV provider. */
  withProfile(user: UserName): Promise<Device>;
}

/** The people and TVs of a simulated world, using the gateway at this origin. */
export const createViewers = ({ fixtures }: Simulator, origin: string): Viewers => {
  let devices = 0;
  const device = (): Device => {
    devices += 1;
    const app = fixtures.apps.find(({ id }) => id === 'ref30-tv');
    if (!app) throw new Error('the simulated world has no ref30-tv');
    const address = `10.${devices >> 16}.${(devices >> 8) & 255}.${devices & 255}`;
    const place = { ...demoDevices.tv, name: `TV ${devices}`, id: `tv ${devices}`, address };
    return createDevice({ gateway: origin, app, device: place, clock: systemClock, ids: systemIds });
  };
  const userOf = (id: UserName) => {
    const user = fixtures.users.find((candidate) => candidate.id === id);
    if (!user) throw new Error(`the simulated world has no ${id}`);
    return user;
  };
  const signIn = async (id: UserName): Promise<Device> => {
    const tv = device();
    const browser = createBrowser({ address: tv.address });
    await signInOnTv(tv, { browser, provider: 'dtc', user: userOf(id) });
    return tv;
  };
  return {
    device,
    signIn,
    withProfile: async (id) => {
      const tv = await signIn(id);
      const [subscription] = userOf(id).subscriptions;
      if (!subscription) throw new Error(`${id} has no subscription`);
      const { mvpd } = subscription;
      const has = async () => (await tv.profiles()).text.includes(`"${mvpd}"`);
      // By single sign-on, if the viewer has a profile on another TV.
      if (await has()) return tv;
      const redirectUrl = 'https://www.testadobe.com/signed-in';
      const session = await tv.createSession({ mvpd, domainName: 'testadobe.com', redirectUrl });
      await signInAtMvpd(createBrowser({ address: tv.address }), tv.browserUrl(session), subscription);
      if (!(await has())) throw new Error(`${id} has no profile of ${mvpd}`);
      return tv;
    },
  };
};
