import { defaultFixtures, type Simulator, startSimulator } from '@kinpass/simulator';
import { type Control, createControl, type Device } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { portsFrom } from '#src/cli/demo/simulator-ports';
import type { ConfigInput } from '#src/config/schema';
import { reachedAdobe } from '../support/answers.ts';
import { sendLines } from '../support/raw-request.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

let staging: Simulator;
let atStaging: Control;
let t: TestWorld;
let tv: Device;
let laptop: Device;

/** The demo's apps, of which `ref30-tv` uses this environment. */
const appsWith = (environment: string): ConfigInput['apps'] =>
  defaultFixtures.apps.map(({ id, name, serviceProviders, redirectUris, softwareStatement }) => ({
    id,
    name,
    family: 'ref',
    serviceProviders: [...serviceProviders],
    softwareStatement,
    redirectUris: [...redirectUris],
    ...(id === 'ref30-tv' && { environment }),
  }));

beforeAll(async () => {
  staging = await startSimulator({ host: '127.0.0.1', ports: portsFrom(0) });
  atStaging = createControl(staging.origins.adobe);
  const { adobe: origin } = staging.origins;
  const environments = [{ id: 'staging', origin, publicHost: 'staging.sso.example' }];
  t = await startGateway({ settings: { adobe: { environments }, apps: appsWith('staging') } });
  tv = t.device('tv');
  laptop = t.device('laptop');
  await tv.register();
  await laptop.register();
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  await staging.close();
});
beforeEach(async () => {
  await atStaging.clearRequests();
  await t.control.clearRequests();
});

const login = { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' };

/** The operations that reached each environment. */
const reached = async () => ({
  default: reachedAdobe(await t.control.requests()).map(({ operation }) => operation),
  staging: reachedAdobe(await atStaging.requests()).map(({ operation }) => operation),
});

/** Where a browser is sent that asks for a path at this host name of the gateway. */
const redirected = async (path: string, host: string): Promise<string | undefined> => {
  const { text } = await sendLines(t.origin, [`GET ${path} HTTP/1.1`, `Host: ${host}`]);
  return /^location: (.*)\r$/im.exec(text)?.[1];
};

test('each app calls its own environment', async () => {
  expect((await tv.profiles()).status).toBe(200);
  expect((await laptop.profiles()).status).toBe(200);
  const calls = ['dcr.register', 'dcr.token', 'profiles.all'];
  expect(await reached()).toEqual({ default: calls, staging: calls });
});

test('a code belongs to the environment that made it, whoever of the family holds it', async () => {
  const code = String((await tv.createSession({})).body['code']);
  await laptop.profiles();
  await t.control.clearRequests();
  await laptop.call(`/REF30/sessions/${code}`);
  await laptop.call(`/REF30/sessions/${code}`, { method: 'POST', form: login });
  expect((await laptop.profileByCode(code)).body).toEqual({ profiles: {} });
  const { default: calls, staging: calledThere } = await reached();
  expect(calls).toEqual([]);
  expect(calledThere.slice(-3)).toEqual(['sessions.get', 'sessions.resume', 'profiles.code']);

  const path = `/api/v2/authenticate/REF30/${code}`;
  for (const host of ['staging.sso.example', 'localhost'])
    expect(await redirected(path, host)).toBe(staging.origins.adobe + path);
});

test('the code of another environment leads there from any host name', async () => {
  const code = String((await laptop.createSession(login)).body['code']);
  const path = `/api/v2/authenticate/REF30/${code}`;
  expect(await redirected(path, 'staging.sso.example')).toBe(t.simulator.origins.adobe + path);
});

test.each(['/api/v2/authenticate/REF30/ZZZZZZZ', '/adobe-services/logout?x=%7e'])(
  '%s leads to the environment of the host name',
  async (path) => {
    for (const host of ['staging.sso.example', 'STAGING.sso.example:8443'])
      expect(await redirected(path, host)).toBe(staging.origins.adobe + path);
    for (const host of ['localhost', 'evil.example', 'a@staging.sso.example.evil', '[', '%'])
      expect(await redirected(path, host)).toBe(t.simulator.origins.adobe + path);
  },
);

test('a relative url of a logout is on the host of the environment', async () => {
  const url = '/adobe-services/logout?mso_id=Cablevision';
  const logouts = { Cablevision: { actionName: 'logout', actionType: 'interactive', url } };
  const body = JSON.stringify({ logouts });
  await atStaging.fault({ match: { operation: 'logout' }, times: 1, fault: { kind: 'body', body } });
  const answer = await tv.logout('Cablevision', 'https://adobe.com');
  expect(answer.body).toMatchObject({ logouts: { Cablevision: { url: staging.origins.adobe + url } } });
});

test('an environment that throttles a device does not silence it at the other one', async () => {
  const { address } = tv;
  const other = t.device('laptop', { id: 'another laptop', address });
  await other.register();
  await tv.profiles();
  await other.profiles();
  await atStaging.fault({ match: { operation: 'profiles.all' }, times: 1, fault: { kind: 'throttle' } });
  expect((await tv.profiles()).status).toBe(429);
  expect((await other.profiles()).status).toBe(200);
});

test('an app that moves gets other credentials, and shows neither environment those of the other', async () => {
  await tv.profiles();
  await t.reconfigure({ apps: appsWith('default') });
  expect((await tv.profiles()).status).toBe(200);
  expect((await reached()).default).toEqual(['dcr.register', 'dcr.token', 'profiles.all']);
  await t.reconfigure({ apps: appsWith('staging') });
  expect((await tv.profiles()).status).toBe(200);
  const secretsAt = async (control: Control) =>
    (await control.requests()).flatMap(
      ({ body }) => new URLSearchParams(String(body)).get('client_secret') ?? [],
    );
  const [here, there] = [await secretsAt(t.control), await secretsAt(atStaging)];
  expect(here.filter((secret) => there.includes(secret))).toEqual([]);
});
