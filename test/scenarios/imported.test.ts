import { createDevice, type Device, demoDevices, request } from '@kinpass/simulator/client';
import { expect, test } from 'vitest';
import { parseConfig } from '#src/config/load';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createMemoryStores } from '#src/stores/memory/create';
import { profileTypes, reachedAdobe } from '../support/answers.ts';
import { importInto } from '../support/import-lines.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

interface Installed {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** An installation of the app before Kinpass: registered at Adobe, where its viewer has logged in at the TV provider. */
const installedAtAdobe = async (t: TestWorld, viewer: string): Promise<Installed> => {
  const gateway = t.simulator.origins.adobe;
  const { app } = t.device('tv');
  const tv = createDevice({ gateway, app, device: demoDevices.tv, clock: systemClock, ids: systemIds });
  const json = { software_statement: app.softwareStatement };
  const url = `${gateway}/o/client/register`;
  const registered = await request({ method: 'POST', url, headers: describing(tv), json });
  const client = {
    clientId: String(registered.body['client_id']),
    clientSecret: String(registered.body['client_secret']),
  };
  await useClient(tv, client, gateway);
  await t.logInAtMvpd(tv, viewer, 'Cablevision');
  expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
  return client;
};

/** Without the device identifier, which Adobe does not list there. */
const describing = ({ headers: { 'ap-device-identifier': _, ...headers } }: Device) => headers;

/** The app asks for an access token as it did at Adobe. */
const useClient = async (device: Device, { clientId, clientSecret }: Installed, at: string) => {
  const form = { client_id: clientId, client_secret: clientSecret, grant_type: 'client_credentials' };
  const url = `${at}/o/client/token`;
  const token = await request({ method: 'POST', url, headers: describing(device), form });
  if (token.status === 201)
    device.use({ accessToken: String(token.body['access_token']), refreshToken: undefined, expiresIn: 0 });
  return token;
};

const start = async () => {
  const stores = createMemoryStores();
  const t = await startGateway({ overrides: { stores } });
  const identity = { issuer: t.simulator.origins.dtc, subject: t.user('ana').dtc.subject };
  const lines = (client: Installed, isKnown: boolean) => [
    { type: 'account', family: 'ref', identities: [identity], subject: 'legacy-ana' },
    {
      type: 'credentials',
      app: 'ref30-tv',
      serviceProvider: 'REF30',
      device: t.device('tv').headers['ap-device-identifier'],
      ...client,
      ...(isKnown && { viewer: identity }),
    },
  ];
  return {
    t,
    importing: async (client: Installed, isKnown: boolean) => {
      const config = parseConfig(t.settings);
      expect((await importInto({ config, stores }, lines(client, isKnown))).refused).toEqual([]);
      await t.control.clearRequests();
    },
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  };
};

const atAdobe = async (t: TestWorld) => {
  const requests = reachedAdobe(await t.control.requests());
  return {
    registrations: requests.filter(({ operation }) => operation === 'dcr.register').length,
    subjects: requests.flatMap(({ serviceToken }) => serviceToken?.claims?.['sub'] ?? []),
  };
};

test('a viewer signs in and finds the profile that they had, under the subject that they had, without another login', async () => {
  await using world = await start();
  const { t } = world;
  await world.importing(await installedAtAdobe(t, 'ana'), true);

  const tv = await t.signIn(t.device('tv'), 'ana', 'dtc');
  expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
  expect(await atAdobe(t)).toEqual({ registrations: 0, subjects: ['legacy-ana'] });
});

test('also where the app asked as nobody before', async () => {
  await using world = await start();
  const { t } = world;
  await world.importing(await installedAtAdobe(t, 'ana'), true);

  const tv = t.device('tv');
  await tv.register();
  expect(profileTypes(await tv.profiles())).toEqual({});
  await t.signIn(tv, 'ana', 'dtc');
  expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
});

test('nobody else does: neither on that device nor by its name', async () => {
  await using world = await start();
  const { t } = world;
  await world.importing(await installedAtAdobe(t, 'ana'), true);

  const ofBen = await t.signIn(t.device('tv'), 'ben', 'dtc');
  expect(profileTypes(await ofBen.profiles())).toEqual({});
  const anonymous = t.device('tv');
  await anonymous.register();
  expect(profileTypes(await anonymous.profiles())).toEqual({});

  const ofAna = await t.signIn(t.device('tv'), 'ana', 'dtc');
  expect(profileTypes(await ofAna.profiles())).toEqual({ Cablevision: 'regular' });
});

test('an installation whose viewer is not known goes on with the client id and secret that Adobe gave it', async () => {
  await using world = await start();
  const { t } = world;
  const client = await installedAtAdobe(t, 'ana');
  await world.importing(client, false);

  const tv = t.device('tv');
  expect((await useClient(tv, client, t.origin)).status).toBe(201);
  expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
  expect(await atAdobe(t)).toEqual({ registrations: 0, subjects: [] });

  const [wrong, elsewhere] = [t.device('tv'), t.device('tv', { id: 'another-tv' })];
  expect(
    (await useClient(wrong, { ...client, clientSecret: 'guessed-guessed-guessed' }, t.origin)).body,
  ).toMatchObject({
    error: 'invalid_client',
  });
  await useClient(elsewhere, client, t.origin);
  expect((await elsewhere.profiles()).body).toMatchObject({ code: 'gateway_device_mismatch' });

  // Who signs in without that proof starts without a profile.
  const other = await t.signIn(t.device('tv'), 'ana', 'dtc');
  expect(profileTypes(await other.profiles())).toEqual({});
});
