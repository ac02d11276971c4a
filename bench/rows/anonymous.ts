import { defaultFixtures } from '@kinpass/simulator';
import type { Connection } from '../load/connection.ts';
import { anyAddress, inTurn } from './draw.ts';
import { prepared } from './prepared.ts';
import { notKnown, profiles } from './profiles.ts';
import { deviceHeaders, jsonOf, send } from './request.ts';
import type { Prepare, Row, Target } from './row.ts';

const softwareStatement = defaultFixtures.apps[0]?.softwareStatement ?? '';

/** Registers an installation; returns its answer. */
const registerOnce = (connection: Connection, address: string) =>
  send(
    connection,
    {
      method: 'POST',
      path: '/o/client/register',
      headers: { 'x-forwarded-for': address },
      json: { software_statement: softwareStatement },
    },
    201,
  );

/** The headers of installations without a viewer, which have called Adobe before. */
const installations = (target: Target) =>
  prepared(target, async (connection, index) => {
    const address = anyAddress();
    const { client_id, client_secret } = jsonOf(await registerOnce(connection, address));
    const form = {
      client_id: String(client_id),
      client_secret: String(client_secret),
      grant_type: 'client_credentials',
    };
    const token = await send(connection, { method: 'POST', path: '/o/client/token', form }, 201);
    const device = `fingerprint ${Buffer.from(`anonymous ${index}`).toString('base64')}`;
    const headers = deviceHeaders(String(jsonOf(token)['access_token']), device, address);
    await send(connection, { path: '/api/v2/REF30/profiles', headers });
    return headers;
  });

export const register: Prepare = () => async (connection) => {
  await registerOnce(connection, anyAddress());
};

const anonymously =
  (path: string): Prepare =>
  async (target) => {
    const next = inTurn(await installations(target));
    return async (connection) => {
      await send(connection, { path, headers: { ...next(), ...notKnown } });
    };
  };

export const anonymousRows: readonly Row[] = [
  {
    name: 'profiles-anonymous',
    about: 'GET profiles, nobody signed in',
    peers: ['node-http', 'transport', 'koa-transport', 'koa-got'],
    prepare: anonymously('/api/v2/REF30/profiles'),
    preparePeer: profiles,
  },
  {
    name: 'configuration',
    about: 'GET configuration',
    peers: ['node-http', 'transport'],
    prepare: anonymously('/api/v2/REF30/configuration'),
    preparePeer: profiles,
  },
  {
    name: 'register',
    about: 'a new installation registers',
    peers: ['postgres', 'koa'],
    prepare: register,
    preparePeer: () => async (connection) => {
      await send(connection, { path: '/' });
    },
  },
];
