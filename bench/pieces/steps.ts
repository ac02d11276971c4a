import { defaultFixtures } from '@kinpass/simulator';
import { createBrowser } from '@kinpass/simulator/browser';
import { createDevice, type Device, demoDevices, signInOnTv } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { type Connection, openConnection } from '../load/connection.ts';
import { anyAddress } from '../rows/draw.ts';
import { deviceHeaders, jsonOf, type Request, send } from '../rows/request.ts';

/** The steps that journeys consist of, in an order in which a device can take them. */
export const stepNames = [
  'sign-in',
  'first-call',
  'session',
  'code-poll',
  'device-authorization',
  'device-poll',
  'refresh',
  'first-call-with-token',
  'call',
  'preauthorize',
  'authorize',
] as const;
export type StepName = (typeof stepNames)[number];

const api = '/api/v2/REF30';
const oauth = { method: 'POST', path: '/token' } as const;
const client_id = 'ref30-tv';

interface Line {
  connection: Connection;
}

interface Visitor {
  readonly device: Device;
  readonly address: string;
  code: string;
  deviceCode: string;
  accessToken: string;
  refreshToken: string;
}

/** One device, on connections that a load balancer keeps open. The sign-in alone opens its own, as browsers do. */
const stepsOf = (visitor: Visitor, line: Line): Readonly<Record<StepName, () => Promise<void>>> => {
  const { device, address } = visitor;
  const call = (request: Request) => {
    const id = device.headers['ap-device-identifier'] ?? '';
    return send(line.connection, { ...request, headers: deviceHeaders(visitor.accessToken, id, address) });
  };
  const get = (path: string) => async () => void (await call({ path: `${api}${path}` }));
  const decide = (kind: string) => async () => {
    const json = { resources: ['channel0'] };
    await call({ method: 'POST', path: `${api}/decisions/${kind}/Cablevision`, json });
  };
  const token = (form: Readonly<Record<string, string>>, expected?: number) =>
    send(line.connection, { ...oauth, form: { client_id, ...form } }, expected);

  return {
    'sign-in': async () => {
      const [user] = defaultFixtures.users;
      if (!user) throw new Error('the simulated world is empty');
      const tokens = await signInOnTv(device, { browser: createBrowser({ address }), provider: 'dtc', user });
      Object.assign(visitor, tokens);
    },
    'first-call': get('/configuration'),
    session: async () => {
      const form = {
        mvpd: 'Cablevision',
        domainName: 'ref30.example',
        redirectUrl: 'https://ref30.example/',
      };
      visitor.code = String(jsonOf(await call({ method: 'POST', path: `${api}/sessions`, form }))['code']);
    },
    'code-poll': () => get(`/profiles/code/${visitor.code}`)(),
    'device-authorization': async () => {
      const request = {
        method: 'POST',
        path: '/device/auth',
        headers: { 'x-forwarded-for': address },
      } as const;
      const answer = await send(line.connection, {
        ...request,
        form: { client_id, scope: 'openid offline_access' },
      });
      visitor.deviceCode = String(jsonOf(answer)['device_code']);
    },
    'device-poll': async () => {
      const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
      await token({ grant_type, device_code: visitor.deviceCode }, 400); // authorization_pending
    },
    refresh: async () => {
      const answer = await token({ grant_type: 'refresh_token', refresh_token: visitor.refreshToken });
      const { access_token, refresh_token } = jsonOf(answer);
      Object.assign(visitor, { accessToken: access_token, refreshToken: refresh_token });
    },
    'first-call-with-token': get('/profiles'),
    call: get('/profiles'),
    preauthorize: decide('preauthorize'),
    authorize: decide('authorize'),
  };
};

/** New devices, each with all steps before it. */
export const createVisitors = async (origin: string, count: number) => {
  const line = { connection: await openConnection(origin) };
  const [app] = defaultFixtures.apps;
  if (!app) throw new Error('the simulated world is empty');
  const visitors = Array.from({ length: count }, () => {
    const address = anyAddress();
    const facts = { ...demoDevices.tv, id: systemIds.uuid(), address };
    const device = createDevice({ gateway: origin, app, device: facts, clock: systemClock, ids: systemIds });
    const none = { code: '', deviceCode: '', accessToken: '', refreshToken: '' };
    return stepsOf({ device, address, ...none }, line);
  });
  /** The gateway closes one that was idle for long. */
  const reconnect = async (): Promise<void> => {
    line.connection.close();
    line.connection = await openConnection(origin);
  };
  return { visitors, reconnect };
};
