import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  base64,
  completeForm,
  type Device,
  deviceInfo,
  fillIn,
  goOn,
  redirectUrl,
  startWorld,
  stepwise,
  type World,
} from '../world.ts';

let world: World;
let tv: Device;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  await world.post('/_control/reset', {});
  tv = await world.device();
});

const logIn = async (mvpd: string, user: string, browser = stepwise(), headers = {}) => {
  const created = await tv.form('/api/v2/REF30/sessions', { ...completeForm, mvpd }, headers);
  expect((await world.logIn(created, browser, user)).headers.location).toBe(redirectUrl);
};
const decide = async (mvpd: string, headers = {}) => {
  const { body } = await tv.json(
    `/api/v2/REF30/decisions/authorize/${mvpd}`,
    { resources: ['REF30'] },
    headers,
  );
  return (body['decisions'] as { authorized: boolean; error?: { code: string; action: string } }[])[0];
};
const userOf: Record<string, string> = {
  Cablevision: 'ana',
  Dish: 'ben',
  Spectrum: 'chloe',
  ValleyTel: 'ben',
};

test.each(Object.entries(userOf))(
  '%s: a logout at the MVPD is heard of at the next decision, and ends the profile',
  async (mvpd, user) => {
    const browser = stepwise();
    await logIn(mvpd, user, browser);
    const page = await browser.open(`${world.origins.mvpd}/${mvpd}/logout`);
    expect(page.html).toContain('Sign out');
    await browser.post(`${world.origins.mvpd}/${mvpd}/logout`, {});
    expect(await decide(mvpd)).toMatchObject({
      authorized: false,
      error: { code: 'authorization_denied_by_session_invalidated', action: 'authentication' },
    });
    expect((await tv.get('/api/v2/REF30/profiles')).body['profiles']).toEqual({});
  },
);

test.each(Object.entries(userOf))(
  '%s: Adobe holds a permit over that logout, or drops it if told to',
  async (mvpd, user) => {
    for (const [permitsAfterSignOut, authorized] of [
      ['held', true],
      ['dropped', false],
    ] as const) {
      await world.post('/_control/reset', {});
      tv = await world.device();
      await world.adobe('/_control/switches', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ permitsAfterSignOut }),
      });
      const browser = stepwise();
      await logIn(mvpd, user, browser);
      expect(await decide(mvpd)).toMatchObject({ authorized: true });
      await browser.post(`${world.origins.mvpd}/${mvpd}/logout`, {});
      expect(await decide(mvpd)).toMatchObject({ authorized });
    }
  },
);

test.each(Object.entries(userOf))('%s: so is one by the control API', async (mvpd, user) => {
  await logIn(mvpd, user);
  const { body } = await world.post('/_control/mvpds/sessions/end', { mvpd });
  expect(body).toEqual({ ended: 1 });
  expect(await decide(mvpd)).toMatchObject({
    error: { code: 'authorization_denied_by_session_invalidated' },
  });
});

test('stored sessions contain no cookie', async () => {
  await logIn('Cablevision', 'ana');
  const { text } = await world.adobe('/_control/mvpds/sessions');
  expect(JSON.parse(text)).toMatchObject([
    { mvpd: 'Cablevision', userId: Buffer.from('Cablevision:ana').toString('base64'), ended: false },
  ]);
  expect(text).not.toContain('browser');
});

/** A device whose connection is Chloé's own. */
const connected = (connectionIp: string, connectionPort: string) => ({
  'x-device-info': base64({
    ...JSON.parse(Buffer.from(deviceInfo, 'base64').toString()),
    connectionIp,
    connectionPort,
  }),
});
const atHome = connected('198.18.0.24', '40500');

test('at home there is no password; away from home authorization is denied', async () => {
  const browser = stepwise();
  const created = await tv.form('/api/v2/REF30/sessions', { ...completeForm, mvpd: 'Spectrum' }, atHome);
  const away = await browser.open(world.origins.adobe + String(created.body['url']));
  const back = await goOn(browser, away);
  expect(back.status).toBe(303);
  expect((await goOn(browser, back)).headers.location).toBe(redirectUrl);
  const { body } = await tv.get('/api/v2/REF30/profiles/Spectrum', atHome);
  const now = world.clock.now();
  expect(body).toMatchObject({
    profiles: {
      Spectrum: {
        notBefore: now,
        notAfter: now + 24 * 3_600_000,
        attributes: { hba_status: { value: 'true' } },
      },
    },
  });
  expect(await decide('Spectrum', atHome)).toMatchObject({ authorized: true });
  expect(await decide('Spectrum', connected('203.0.113.99', '1024'))).toMatchObject({
    authorized: false,
    error: { code: 'authorization_denied_by_hba_policies', action: 'authentication' },
  });
});

test('if each channel requires its own login, a passive request comes first', async () => {
  await world.post('/_control/integrations', {
    serviceProvider: 'REF30',
    mvpd: 'Cablevision',
    authPerAggregator: true,
  });
  const browser = stepwise();
  const { body } = await tv.form('/api/v2/REF30/sessions', completeForm);
  const passive = await goOn(browser, await browser.open(world.origins.adobe + String(body['url'])));
  expect(passive.html).not.toContain('password');
  const openly = await goOn(browser, await goOn(browser, passive));
  expect(openly.html).toContain('Sign in to Optimum');
  const answer = await fillIn(browser, openly);
  expect((await goOn(browser, answer)).headers.location).toBe(redirectUrl);
});

test('sessions and grants survive a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kinpass-mvpds-'));
  // Only after the worlds are closed: they may still be writing their state.
  onTestFinished(() => rm(folder, { recursive: true }));
  const stateFile = join(folder, 'world.json');
  const form = { ...completeForm, mvpd: 'Spectrum' };
  const browser = stepwise();
  const first = await startWorld({ stateFile });
  const box = await first.device();
  await first.logIn(await box.form('/api/v2/REF30/sessions', form), browser, 'chloe');
  await first[Symbol.asyncDispose]();
  await using second = await startWorld({ stateFile });
  const send = { resources: ['REF30'] };
  const reply = await second.post('/api/v2/REF30/decisions/authorize/Spectrum', send, box.headers);
  expect(reply.body).toMatchObject({ decisions: [{ authorized: true }] });
  const phone = await second.device('ref40-phone');
  const created = await phone.form('/api/v2/REF40/sessions', form);
  const away = await browser.open(second.origins.adobe + String(created.body['url']));
  expect((await goOn(browser, away)).status).toBe(303);
});
