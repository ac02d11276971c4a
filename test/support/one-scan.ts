import type { RecordedRequest } from '@kinpass/simulator';
import type { Browser } from '@kinpass/simulator/browser';
import { approveDevice, type Device, request } from '@kinpass/simulator/client';
import { reachedAdobe } from './answers.ts';
import { startGateway, type TestWorld } from './start-gateway.ts';

type Code = Parameters<Device['signIn']['awaitTokens']>[0];

type Options = NonNullable<Parameters<typeof startGateway>[0]>;

export const unhurried = { throttle: { perSecond: 1000, burst: 1000 } };

export const start = async ({ settings = {}, ...options }: Options = {}): Promise<TestWorld> => {
  const adobe = { ...unhurried, ...settings.adobe };
  const t = await startGateway({ ...options, settings: { ...settings, adobe } });
  const url = `${t.simulator.origins.adobe}/_control/switches`;
  await request({ method: 'PUT', url, json: { throttle: 'off' } });
  return t;
};

export const askForCode = (tv: Device): Promise<Code> => tv.signIn.requestDeviceCode({ headers: tv.headers });

/** The TV shows a QR code, having told who it is; Ana's phone approves it. */
export const scan = async (
  t: TestWorld,
  tv: Device,
  phone: Browser = t.browser(),
): Promise<{ code: Code; phone: Browser }> => {
  const code = await askForCode(tv);
  await approveDevice(phone, code.verificationUriComplete, { provider: 'dtc', user: t.user('ana') });
  return { code, phone };
};

export const ana = { username: 'ana@cablevision.example', password: 'ana-tv' };

/** Titles of pages. */
export const choose = 'Choose your TV provider';
export const done = 'You are signed in';
export const finish = 'Finish at your TV provider';
export const down = 'Your TV provider cannot be reached';

/** What the gateway asked Adobe; a browser sends no bearer. */
export const asked = async ({ control }: TestWorld): Promise<RecordedRequest[]> =>
  reachedAdobe(await control.requests()).filter(({ headers }) => headers['authorization'] !== undefined);

export const sessionsOf = async (t: TestWorld): Promise<RecordedRequest[]> =>
  (await asked(t)).filter(({ operation }) => operation === 'sessions.create');

export const redeem = async (tv: Device, code: Code) => tv.use(await tv.signIn.awaitTokens(code));
