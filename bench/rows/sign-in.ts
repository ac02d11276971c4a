import { defaultFixtures } from '@kinpass/simulator';
import { createBrowser } from '@kinpass/simulator/browser';
import { createDevice, demoDevices, signInOnTv } from '@kinpass/simulator/client';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { viewerAt } from '../accounts/viewer.ts';
import { anyAddress, inTurn } from './draw.ts';
import { prepared } from './prepared.ts';
import { jsonOf, send } from './request.ts';
import type { Prepare, Row } from './row.ts';

const clientId = 'ref30-tv';
const oauth = { client_id: clientId } as const;
const token = { method: 'POST', path: '/token' } as const;

const plainGet =
  (path: string): Prepare =>
  () =>
  async (connection) => {
    await send(connection, { path });
  };

/** One whole device authorization grant: the TV, the viewer's phone, and the provider's pages between. */
const signIn: Prepare = ({ origin }) => {
  const [app, user] = [defaultFixtures.apps[0], defaultFixtures.users[0]];
  if (!app || !user) throw new Error('the simulated world is empty');
  return async () => {
    const device = { ...demoDevices.tv, id: systemIds.uuid(), address: anyAddress() };
    const tv = createDevice({ gateway: origin, app, device, clock: systemClock, ids: systemIds });
    const browser = createBrowser({ address: device.address });
    await signInOnTv(tv, { browser, provider: 'dtc', user });
  };
};

/** Each viewer refreshes with the token that the last refresh gave. */
export const refresh: Prepare = ({ accounts }) => {
  const viewers = Array.from({ length: accounts }, (_, index) => ({ token: viewerAt(index).refreshToken }));
  const next = inTurn(viewers);
  return async (connection) => {
    const viewer = next();
    const form = { ...oauth, grant_type: 'refresh_token', refresh_token: viewer.token };
    const answer = await send(connection, { ...token, form });
    viewer.token = String(jsonOf(answer)['refresh_token']);
  };
};

const pollDevice: Prepare = async (target) => {
  const codes = await prepared(target, async (connection) => {
    const headers = { 'x-forwarded-for': anyAddress() };
    const form = { ...oauth, scope: 'openid offline_access' };
    const answer = await send(connection, { method: 'POST', path: '/device/auth', headers, form });
    return String(jsonOf(answer)['device_code']);
  });
  const next = inTurn(codes);
  return async (connection) => {
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    const form = { ...oauth, grant_type, device_code: next() };
    await send(connection, { ...token, form }, 400); // authorization_pending
  };
};

export const signInRows: readonly Row[] = [
  {
    name: 'jwks',
    about: 'the public keys of service tokens',
    peers: ['koa'],
    prepare: plainGet('/.well-known/service-token-jwks.json'),
    preparePeer: plainGet('/'),
  },
  {
    name: 'discovery',
    about: 'the metadata of the authorization server',
    peers: ['koa'],
    prepare: plainGet('/.well-known/openid-configuration'),
    preparePeer: plainGet('/metadata'),
  },
  {
    name: 'device-poll',
    about: 'a TV asks whether its code was approved, and it was not',
    peers: ['postgres', 'koa'],
    prepare: pollDevice,
    preparePeer: plainGet('/'),
  },
  {
    name: 'refresh',
    about: 'new tokens for a refresh token',
    peers: ['postgres', 'koa'],
    prepare: refresh,
    preparePeer: plainGet('/'),
  },
  {
    name: 'sign-in',
    about: 'a whole sign-in by device grant',
    connections: 4,
    peers: ['postgres', 'koa'],
    prepare: signIn,
    preparePeer: plainGet('/'),
  },
];
