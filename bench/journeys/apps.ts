import { approveDevice, createDevice, type Device, demoDevices } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { askStart, clientOf, landing, startOn, stepOf, useTokens } from '../../test/support/start.ts';
import type { TestWorld } from '../../test/support/start-gateway.ts';
import { type App, counted, type Walk } from './journey.ts';

const mvpd = 'Cablevision';
const session = { mvpd, domainName: 'testadobe.com', redirectUrl: landing.redirectUrl };
const resources = ['news'];

/** Devices of the demo whose requests are counted together. */
const createDevices = (t: TestWorld, gateway: string) => {
  let asked = 0;
  const device = (name: 'tv' | 'phone', appId: string): Device => {
    const app = t.simulator.fixtures.apps.find(({ id }) => id === appId);
    if (!app) throw new Error(`the simulated world has no app ${appId}`);
    const made = createDevice({
      gateway,
      app,
      device: demoDevices[name],
      clock: systemClock,
      ids: systemIds,
    });
    return counted(made, (requests) => {
      asked += requests;
    });
  };
  return { tv: device('tv', 'ref30-tv'), phone: device('phone', 'ref40-phone'), asked: () => asked };
};

/** An app that follows Adobe's cookbook, at Adobe itself: each device is on its own. */
export const appAtAdobe = (t: TestWorld): App => {
  const { tv, phone, asked } = createDevices(t, t.simulator.origins.adobe);
  const firstStart =
    (device: Device): Walk =>
    async ({ logIn }) => {
      await device.register();
      await device.profiles();
      await device.call(`/${device.serviceProvider}/configuration`);
      const created = await device.createSession(session);
      await logIn(device.browserUrl(created));
      await device.profileByCode(String(created.body['code']));
    };
  return {
    name: 'REST V2 at Adobe',
    asked,
    journeys: {
      firstStart: firstStart(tv),
      return: async () => {
        await tv.call(`/${tv.serviceProvider}/configuration`);
        await tv.profiles();
      },
      playback: async () => {
        await tv.authorize(mvpd, resources);
      },
      secondDevice: firstStart(phone),
    },
  };
};

/** Ana approves what the device shows, with the phone in her hand. */
const approve = async (t: TestWorld, qr: string): Promise<void> => {
  await approveDevice(t.browser(), qr, { provider: 'dtc', user: t.user('ana') });
};

/** An app that calls `start` until it may play. */
export const appWithStart = (t: TestWorld): App => {
  const { tv, phone, asked } = createDevices(t, t.origin);
  const signIn = async (device: Device) => {
    const { qr, device_code } = stepOf(await startOn(device, clientOf(device)), 'sign-in');
    await approve(t, String(qr));
    const approved = await startOn(device, { ...clientOf(device), device_code: String(device_code) });
    useTokens(device, approved);
    return approved;
  };
  const play = async (device: Device): Promise<void> => {
    const { serviceProvider } = device;
    const json = { purpose: 'play', mvpd, resources };
    await device.send(`/v1/sp/${serviceProvider}/decisions`, { method: 'POST', json });
  };
  return {
    name: 'start, at Kinpass',
    asked,
    journeys: {
      firstStart: async ({ logIn }) => {
        stepOf(await signIn(tv), 'choose-provider');
        const { url } = stepOf(await startOn(tv, { mvpd, ...landing }), 'authenticate');
        await logIn(url);
        stepOf(await startOn(tv, { mvpd }), 'play');
      },
      return: async () => {
        await askStart(tv, { mvpd });
      },
      playback: () => play(tv),
      secondDevice: async () => {
        stepOf(await signIn(phone), 'play');
      },
    },
  };
};

/** An app that speaks REST V2 to Kinpass, and signs its viewer in by the device grant. */
export const appAtKinpass = (t: TestWorld): App => {
  const { tv, phone, asked } = createDevices(t, t.origin);
  let signIns = 0;
  const signIn = async (device: Device) => {
    await t.signIn(device, 'ana');
    signIns += signInRequests;
  };
  return {
    name: 'REST V2 at Kinpass',
    asked: () => asked() + signIns,
    journeys: {
      firstStart: async ({ logIn }) => {
        await signIn(tv);
        await tv.profiles();
        await tv.call(`/${tv.serviceProvider}/configuration`);
        const created = await tv.createSession(session);
        await logIn(tv.browserUrl(created));
        await tv.profileByCode(String(created.body['code']));
      },
      return: async () => {
        await tv.call(`/${tv.serviceProvider}/configuration`);
        await tv.profiles();
      },
      playback: async () => {
        await tv.authorize(mvpd, resources);
      },
      secondDevice: async () => {
        await signIn(phone);
        await phone.profiles();
      },
    },
  };
};

/** The code, or the way to the browser, and the tokens: requests that the device makes of `signIn`. */
const signInRequests = 2;
