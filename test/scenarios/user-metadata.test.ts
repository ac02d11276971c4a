import { writeFileSync } from 'node:fs';
import { type Device, request } from '@kinpass/simulator/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConfigInput } from '#src/config/schema';
import { temporaryFolder } from '../soft-state/redis/redis-server.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const folder = temporaryFolder();
const keyFile = `${folder.path}/user-metadata.pem`;

let t: TestWorld;
let tv: Device;
beforeAll(async () => {
  t = await startGateway();
  tv = await t.signIn(t.device('tv'), 'ana');
  await t.logInAtMvpd(tv, 'ana', 'Cablevision');
  const { body } = await request({
    method: 'GET',
    url: `${t.simulator.origins.adobe}/_control/user-metadata-key`,
  });
  writeFileSync(keyFile, String(body['pem']), { mode: 0o600 });
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** The settings of the TV's app from now on. */
const release = async (names: string[], keys = [keyFile]) => {
  const apps = (t.settings['apps'] as ConfigInput['apps']).map((app) =>
    app.id === 'ref30-tv' ? { ...app, userMetadata: names } : app,
  );
  await t.reconfigure({ apps, userMetadata: { keys } });
};

const metadataOf = (mvpd: string, device = tv) => device.send(`/v1/sp/REF30/user-metadata/${mvpd}`);

describe('an app reads user metadata', () => {
  test('that is encrypted for the programmer, if its settings release it', async () => {
    await release(['zip', 'userID']);
    const { status, body, headers } = await metadataOf('Cablevision');
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(body).toEqual({
      mvpd: 'Cablevision',
      attributes: { zip: expect.any(Array), userID: expect.any(String) },
      unreadable: [],
    });
  });

  test('and gets none that they do not release', async () => {
    await release([]);
    expect((await metadataOf('Cablevision')).body).toMatchObject({ attributes: {}, unreadable: [] });
  });

  test('and is told which cannot be decrypted, as is the operator', async () => {
    await release(['zip', 'userID'], []);
    expect((await metadataOf('Cablevision')).body).toMatchObject({
      attributes: { userID: expect.any(String) },
      unreadable: ['zip'],
    });
    const metrics = await (await fetch(`${t.adminOrigin}/metrics`)).text();
    expect(metrics).toContain('kinpass_user_metadata_unreadable_total{attribute="zip"} 1');
  });
});

test('without a profile of the MVPD there is none', async () => {
  const { status, body } = await metadataOf('Spectrum');
  expect([status, body['type']]).toEqual([404, expect.stringContaining('gateway_profile_missing')]);
});

test("another viewer on the same device gets nothing of Ana's", async () => {
  await release(['zip', 'userID']);
  const bens = await t.signIn(t.device('tv'), 'ben');
  expect((await metadataOf('Cablevision', bens)).status).toBe(404);
});

test('REST V2 gives the attribute as Adobe sends it', async () => {
  const { body } = await tv.call('/REF30/profiles/Cablevision');
  expect(body).toMatchObject({ profiles: { Cablevision: { attributes: { zip: { state: 'enc' } } } } });
});
