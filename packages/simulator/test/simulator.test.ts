import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSimulator } from '#src/simulator';
import { anyPorts, completeForm, startWorld, stepwise } from './world.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'));
});
afterEach(() => rm(folder, { recursive: true }));

const portOf = (origin: string) => Number(new URL(origin).port);

test('six parties on six origins', async () => {
  await using world = await startWorld();
  expect(new Set(Object.values(world.origins)).size).toBe(6);
  for (const origin of Object.values(world.origins)) {
    const { status } = await fetch(`${origin}/nothing`);
    expect([400, 404]).toContain(status);
  }
});

test('all taken ports are named, with the settings that change them, and nothing stays open', async () => {
  await using world = await startWorld();
  const [adobe, dtc] = [portOf(world.origins.adobe), portOf(world.origins.dtc)];
  const starting = startSimulator({ ports: { ...anyPorts, google: adobe, apple: dtc } });
  await expect(starting).rejects.toMatchObject({
    code: 'port_taken',
    field: 'simulator.ports.google, simulator.ports.apple',
    hint: expect.stringMatching(`${adobe}[^]*\n[^]*${dtc}`),
  });
});

test('two simulators are two environments: what one has issued is unknown in the other', async () => {
  await using production = await startWorld();
  await using staging = await startWorld();
  const tv = await production.device();
  const { body } = await tv.form('/api/v2/REF30/sessions', completeForm);
  await production.logIn({ body });
  const { client_id, client_secret } = await production.register('ref30-tv');
  const form = { client_id: String(client_id), client_secret: String(client_secret) };
  const token = await staging.postForm('/o/client/token', { ...form, grant_type: 'client_credentials' });
  expect(token).toMatchObject({ status: 400, body: { error: 'invalid_client' } });
  expect((await staging.adobe('/api/v2/REF30/profiles', { headers: tv.headers })).status).toBe(401);
  const { get } = await staging.device();
  expect((await get(`/api/v2/REF30/profiles/code/${body['code']}`)).status).toBe(400);
  expect((await get('/api/v2/REF30/profiles')).body).toEqual({ profiles: {} });
});

test('a restart keeps registrations, tokens, profiles, keys and browser sessions', async () => {
  const stateFile = join(folder, 'state', 'simulator.json');
  const browser = stepwise();
  const first = await startWorld({ stateFile });
  const tv = await first.device();
  const token = { 'ad-service-token': await first.serviceToken() };
  await first.logIn(await tv.form('/api/v2/REF30/sessions', completeForm, token), browser);
  const { body: key } = await first.adobe('/_control/media-token-key');
  const jwks = await (await fetch(`${first.origins.google}/oauth2/v3/certs`)).text();
  await first.simulator.close();
  expect((await stat(stateFile)).mode & 0o777).toBe(0o600);

  await using second = await startSimulator({
    ports: anyPorts,
    clock: first.clock,
    throttle: null,
    stateFile,
  });
  const { adobe, google } = second.origins;
  const seen = await fetch(`${adobe}/api/v2/REF30/profiles`, { headers: tv.headers });
  expect(await seen.json()).toMatchObject({ profiles: { Cablevision: { type: 'regular' } } });
  const elsewhere = { ...tv.headers, ...token, 'ap-device-identifier': 'fingerprint YmVkcm9vbQ==' };
  const shared = await fetch(`${adobe}/api/v2/REF30/profiles`, { headers: elsewhere });
  expect(await shared.json()).toMatchObject({ profiles: { Cablevision: { type: 'serviceTokenSSO' } } });
  expect(await (await fetch(`${adobe}/_control/media-token-key`)).json()).toEqual(key);
  expect(await (await fetch(`${google}/oauth2/v3/certs`)).text()).toBe(jwks);
});

test('changes reach the file while it runs', async () => {
  const stateFile = join(folder, 'simulator.json');
  await using world = await startWorld({ stateFile });
  const { client_id } = await world.register('ref30-tv');
  await expect.poll(() => readFile(stateFile, 'utf8').catch(() => '')).toContain(String(client_id));
});

test('a state file that cannot be read is named, and left as it is', async () => {
  const stateFile = join(folder, 'simulator.json');
  await writeFile(stateFile, '{"parties": 7}');
  await expect(startSimulator({ ports: anyPorts, stateFile })).rejects.toMatchObject({
    code: 'store_invalid',
    hint: expect.stringContaining(stateFile),
  });
  expect(await readFile(stateFile, 'utf8')).toBe('{"parties": 7}');
});
