import type { RecordedRequest } from '@kinpass/simulator';
import type { ApiAnswer, Device } from '@kinpass/simulator/client';
import { type ScriptedAdobe, startScriptedAdobe } from '../adobe-pass/scripted-adobe.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

export const complete = {
  mvpd: 'Cablevision',
  domainName: 'adobe.com',
  redirectUrl: 'https://adobe.com',
};

/** Devices of one world, each with an address of its own: Adobe limits the rate of each. */
export const createDevices = (t: TestWorld) => {
  let count = 0;
  const next: TestWorld['device'] = (name, more) => {
    count += 1;
    return t.device(name, { id: `checklist-${count}`, address: `203.0.113.${100 + count}`, ...more });
  };
  const registered = async (name: Parameters<typeof next>[0] = 'tv'): Promise<Device> => {
    const device = next(name);
    await device.register();
    return device;
  };
  return {
    next,
    registered,
    /** Signed in at an MVPD; nobody is signed in at the gateway. */
    loggedIn: async (): Promise<Device> => {
      const device = await registered();
      await t.logInAtMvpd(device, 'ana', 'Cablevision');
      return device;
    },
    /** Signed in at both. */
    signedIn: async (): Promise<Device> => {
      const device = await t.signIn(next('tv'), 'ana');
      await t.logInAtMvpd(device, 'ana', 'Cablevision');
      return device;
    },
  };
};

/** What reached Adobe, the browser's own request to log in aside. */
export const heardBy = async (t: TestWorld): Promise<RecordedRequest[]> =>
  (await t.control.requests()).filter(
    ({ party, path }) => party === 'adobe' && /^\/(?:o|api\/v2(?!\/authenticate))\//.test(path),
  );

export const operationsAt = async (t: TestWorld): Promise<string[]> =>
  (await heardBy(t)).map(({ operation }) => operation);

/** What Adobe answered, as JSON. */
export const saidBy = ({ response }: RecordedRequest): unknown => JSON.parse(response?.body ?? 'null');

export const codeOf = ({ body }: ApiAnswer): string => String(body['code']);

interface Scripted extends AsyncDisposable {
  readonly t: TestWorld;
  readonly adobe: ScriptedAdobe;
  readonly tv: Device;
}

/** A registered TV in front of an Adobe that says what the test tells it to. */
export const startScripted = async (): Promise<Scripted> => {
  const adobe = await startScriptedAdobe();
  const settings = { origin: adobe.origin, throttle: { perSecond: 1000, burst: 1000 } };
  const t = await startGateway({ settings: { adobe: settings } });
  const tv = t.device('tv');
  await tv.register();
  return {
    t,
    adobe,
    tv,
    [Symbol.asyncDispose]: async () => {
      await t[Symbol.asyncDispose]();
      await adobe[Symbol.asyncDispose]();
    },
  };
};

const decision = { serviceProvider: 'REF30', mvpd: 'Cablevision', source: 'mvpd' };
export const permit = (resource: string) => ({ ...decision, resource, authorized: true });
export const deny = (resource: string, code: string, action: string) => ({
  ...decision,
  resource,
  authorized: false,
  error: { code, action, status: 403, message: 'No.', details: 'Ask your provider.' },
});
