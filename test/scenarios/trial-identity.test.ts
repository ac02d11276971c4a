import { createHash, createHmac } from 'node:crypto';
import { Writable } from 'node:stream';
import { type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConfigInput } from '#src/config/schema';
import { createLog } from '#src/observability/logger';
import { startOn, stepOf } from '../support/start.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

/** Any app can offer the promotional TempPass of the simulated world. */
const mvpd = 'flexibleTempPass';
const pepper = 'the pepper of a test';

const said: string[] = [];
const log = createLog(
  'debug',
  new Writable({ write: (chunk, _encoding, done) => done(void said.push(String(chunk))) }),
);

let t: TestWorld;
beforeAll(async () => {
  t = await startGateway({
    overrides: { log },
    settings: {
      tempPass: { promotional: [{ mvpd, identifier: { from: 'email', providers: ['dtc'] } }] },
    },
  });
  await t.reconfigure({ apps: offering() });
  await request({
    method: 'PUT',
    url: `${t.simulator.origins.adobe}/_control/switches`,
    json: { tempPassHash: 'required', tempPassIdentity: 'openapi' },
  });
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(() => t.simulator.control.clearRequests());

/** The apps of the demo, which offer the trial. */
const offering = (): ConfigInput['apps'] =>
  (t.settings['apps'] as ConfigInput['apps']).map((app) => ({ ...app, tempPass: mvpd }));

const sentIdentities = (): unknown[] =>
  t.simulator.control
    .requests()
    .filter(({ path }) => path.endsWith(`/${mvpd}`))
    .map(({ headers }) => headers['ap-temppass-identity']);

const identityOf = (hash: string): string => Buffer.from(JSON.stringify({ email: hash })).toString('base64');
const ofAna = identityOf(createHash('sha256').update('ana@viewers.example').digest('hex'));
const made = identityOf(createHash('sha256').update('somebody@else.example').digest('hex'));

const decide = (device: Device, purpose: string, resource: string, headers = {}) =>
  device.send('/v1/sp/REF30/decisions', {
    method: 'POST',
    headers,
    json: { purpose, mvpd, resources: [resource] },
  });

const decisionIn = ({ body }: { readonly body: Readonly<Record<string, unknown>> }) =>
  (body['decisions'] as { decision: string; error?: { code: string } }[])[0];

describe('a viewer who is signed in', () => {
  test('gets a trial of their own, whatever identity the app makes up', async () => {
    const tv = await t.signIn(t.device('tv', { id: 'trial-1' }), 'ana');
    t.simulator.control.clearRequests();
    expect(stepOf(await startOn(tv), 'temporary').mvpd).toBe(mvpd);
    expect(decisionIn(await decide(tv, 'browse', 'news'))?.decision).toBe('permit');
    const headers = { 'ap-temppass-identity': made };
    expect(decisionIn(await decide(tv, 'play', 'news', headers))?.decision).toBe('permit');
    expect(sentIdentities().length).toBeGreaterThanOrEqual(3);
    expect(new Set(sentIdentities())).toEqual(new Set([ofAna]));
  });

  test('uses it up across devices: a promise of Adobe, by identity, not by single sign-on', async () => {
    const first = await t.signIn(t.device('tv', { id: 'trial-2' }), 'ben');
    for (const resource of ['a', 'b', 'c', 'd', 'e'])
      expect(decisionIn(await decide(first, 'play', resource))?.decision).toBe('permit');
    const second = await t.signIn(t.device('tv', { id: 'trial-3' }), 'ben');
    expect(decisionIn(await decide(second, 'play', 'f'))).toMatchObject({
      decision: 'deny',
      error: { code: 'temporary_access_resources_limit_exceeded' },
    });
    const profiles = await second.profiles();
    expect(profiles.body['profiles']).toEqual({});
  });

  test('is told to Adobe by the hash alone; the log has neither address nor identity', async () => {
    const everything = said.join('\n');
    const sent = t.simulator.control.requests();
    expect(JSON.stringify(sent)).not.toContain('ana@viewers.example');
    for (const secret of ['ana@viewers.example', ofAna, made]) expect(everything).not.toContain(secret);
  });
});

test('whoever is not signed in is who the app says', async () => {
  const tv = t.device('tv', { id: 'trial-4' });
  await tv.register();
  expect(decisionIn(await decide(tv, 'play', 'news', { 'ap-temppass-identity': made }))?.decision).toBe(
    'permit',
  );
  expect(sentIdentities()).toEqual([made]);
});

test('a viewer without an address at that provider is who the app says', async () => {
  const phone = await t.signIn(t.device('tv', { id: 'trial-5' }), 'chloe', 'google');
  const without = decisionIn(await decide(phone, 'play', 'news'));
  expect(without?.error?.code).toBe('invalid_header_identity_for_temporary_access');
  t.simulator.control.clearRequests();
  await decide(phone, 'play', 'news', { 'ap-temppass-identity': made });
  expect(sentIdentities()).toEqual([made]);
});

test('REST V2 passes on what the app sends, byte for byte', async () => {
  const tv = await t.signIn(t.device('tv', { id: 'trial-6' }), 'ana');
  t.simulator.control.clearRequests();
  const path = `/api/v2/REF30/decisions/authorize/${mvpd}`;
  await tv.send(path, {
    method: 'POST',
    headers: { 'ap-temppass-identity': made },
    json: { resources: ['news'] },
  });
  await tv.send(path, { method: 'POST', json: { resources: ['news'] } });
  expect(sentIdentities()).toEqual([made, undefined]);
});

test('the subject of service tokens identifies viewers with any provider, keyed with the pepper', async () => {
  await t.reconfigure({ apps: offering(), tempPass: { promotional: [{ mvpd, pepper, hash: 'sha512' }] } });
  const tv = await t.signIn(t.device('tv', { id: 'trial-7' }), 'ana', 'google');
  t.simulator.control.clearRequests();
  await decide(tv, 'play', 'news');
  const [sent] = sentIdentities();
  const { email } = JSON.parse(Buffer.from(String(sent), 'base64').toString()) as { email: string };
  const subjects = t.simulator.control
    .requests()
    .flatMap(({ serviceToken }) => serviceToken?.claims?.['sub'] ?? []);
  expect(subjects.length).toBeGreaterThan(0);
  const hashes = subjects.map((sub) => createHmac('sha512', pepper).update(String(sub)).digest('hex'));
  expect(new Set(hashes)).toEqual(new Set([email]));
});
