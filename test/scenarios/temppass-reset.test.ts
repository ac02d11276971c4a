import { defaultFixtures } from '@kinpass/simulator';
import { type Device, request } from '@kinpass/simulator/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createMachine } from '../support/machine.ts';
import { runKinpass } from '../support/run-kinpass.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';

const statementOf = (app: string): string =>
  defaultFixtures.apps.find(({ id }) => id === app)?.softwareStatement ?? '';

/** The simulated Adobe Pass serves the management API under the same origin. */
const withReset = async (app = 'apasstest1-tv'): Promise<TestWorld> => {
  const t = await startGateway();
  const { origins } = t.simulator;
  const tempPassReset = { origin: origins.adobe, softwareStatement: statementOf(app) };
  await t.reconfigure({ adobe: { origin: origins.adobe, tempPassReset } });
  return t;
};

const trial = { serviceProvider: 'apasstest1', mvpd: 'TempPass_TEST40' };
const deviceId = 'a-tv-of-nobody';

const reset = (t: TestWorld, json: Record<string, string | boolean>) =>
  request({ method: 'POST', url: `${t.adminOrigin}/temppass-resets`, json });

const resetsAt = async (t: TestWorld) =>
  (await t.control.requests())
    .filter(({ path }) => path.startsWith('/reset-tempass/'))
    .map(({ method, path, query, status }) => ({ method, path, query, status }));

/** A TV on which the trial was begun. */
const tryOut = async (t: TestWorld): Promise<Device> => {
  const tv = t.device('tv', { app: 'apasstest1-tv', id: deviceId });
  await tv.register();
  expect((await tv.authorize(trial.mvpd, ['REF30'])).status).toBe(200);
  return tv;
};

const profileOf = async (tv: Device) => JSON.stringify((await tv.profile(trial.mvpd)).body);

test('an operator resets the trial of one device; those of others go on', async () => {
  await using t = await withReset();
  const tv = await tryOut(t);
  const before = await profileOf(tv);
  expect((await reset(t, { ...trial, device: 'another-device' })).status).toBe(204);
  expect(await profileOf(tv)).toBe(before);
  expect((await reset(t, { ...trial, device: deviceId })).status).toBe(204);
  expect(await profileOf(tv)).not.toBe(before);
  const named = { requestor_id: 'apasstest1', mvpd_id: 'TempPass_TEST40' };
  const sent = { method: 'DELETE', path: '/reset-tempass/v3/reset', status: 204 };
  expect(await resetsAt(t)).toEqual([
    { ...sent, query: { ...named, device_id: 'another-device' } },
    { ...sent, query: { ...named, device_id: deviceId } },
  ]);
});

test('a key is reset at the path of keys, all devices by their own name', async () => {
  await using t = await withReset();
  expect((await reset(t, { ...trial, mvpd: 'flexibleTempPass', key: 'f7ee5ec7' })).status).toBe(204);
  expect((await reset(t, { ...trial, allDevices: true })).status).toBe(204);
  expect(await resetsAt(t)).toMatchObject([
    { path: '/reset-tempass/v3/reset/generic', query: { key: 'f7ee5ec7' } },
    { path: '/reset-tempass/v3/reset', query: { device_id: 'all' } },
  ]);
});

test.each([
  ['nothing named', {}, 'device'],
  ['two named', { device: 'a', key: 'b' }, 'device'],
  ['a device called all', { device: 'all' }, 'device'],
  ['a key called ALL', { key: 'ALL' }, 'key'],
  ['an empty device', { device: '' }, 'device'],
  ['not all devices', { allDevices: false }, 'allDevices'],
  ['a service provider of no app', { device: 'a', serviceProvider: 'REF99' }, 'serviceProvider'],
  ['no MVPD', { device: 'a', mvpd: '../x' }, 'mvpd'],
])('%s: refused before anything is recorded or sent', async (_what, json, field) => {
  await using t = await withReset();
  const { status, body } = await reset(t, { ...trial, ...json });
  expect([status, body['field']]).toEqual([400, field]);
  expect(await resetsAt(t)).toEqual([]);
  expect((await request({ url: `${t.adminOrigin}/audit` })).text).not.toContain('temppass.reset');
});

test('who reset what is in the audit log, a device by its hash', async () => {
  await using t = await withReset();
  await reset(t, { ...trial, device: deviceId, reason: 'ticket 7' });
  const { text, body } = await request({ url: `${t.adminOrigin}/audit` });
  expect(text).not.toContain(deviceId);
  const entries = (body['entries'] as Record<string, unknown>[]).filter(
    ({ action }) => action === 'temppass.reset',
  );
  expect(entries).toMatchObject([
    { outcome: 'started', target: { kind: 'mvpd', id: trial.mvpd }, reason: 'ticket 7' },
    { outcome: 'done', details: { serviceProvider: 'apasstest1', device: expect.any(String) } },
  ]);
});

describe('it is refused', () => {
  test('without a software statement for it', async () => {
    await using t = await startGateway();
    const { status, body } = await reset(t, { ...trial, device: deviceId });
    expect([status, body['type']]).toEqual([501, expect.stringContaining('temppass_reset_unavailable')]);
  });

  test('when Adobe refuses the statement, and says so to the operator and in the audit log', async () => {
    await using t = await withReset('ref40-phone');
    const { status, body } = await reset(t, { ...trial, device: deviceId });
    expect([status, body['type']]).toEqual([502, expect.stringContaining('temppass_reset_refused')]);
    expect((await request({ url: `${t.adminOrigin}/audit` })).text).toContain('"outcome":"failed"');
  });

  test('for the bearer of an app, at the public listener', async () => {
    await using t = await withReset();
    const tv = await tryOut(t);
    const json = { ...trial, allDevices: true };
    expect((await tv.send('/temppass-resets', { method: 'POST', json })).status).toBe(404);
    const query = new URLSearchParams({ requestor_id: 'apasstest1', mvpd_id: trial.mvpd });
    const path = `/reset-tempass/v3/reset?${query}`;
    expect((await tv.send(path, { method: 'DELETE' })).status).toBe(404);
    expect(await resetsAt(t)).toEqual([]);
  });
});

test('credentials that Adobe no longer takes are replaced', async () => {
  await using t = await withReset();
  await reset(t, { ...trial, device: deviceId });
  await t.control.fault({
    match: { party: 'adobe', path: '/reset-tempass/v3/reset' },
    times: 1,
    fault: { kind: 'status', status: 403 },
  });
  expect((await reset(t, { ...trial, device: deviceId })).status).toBe(204);
  expect((await resetsAt(t)).map(({ status }) => status)).toEqual([204, 403, 204]);
});

test('kinpass temppass reset', async () => {
  const machine = createMachine((folder) => ({
    sqlite: {
      store: { kind: 'sqlite', file: `${folder}/kinpass.db` },
      keys: { directory: `${folder}/keys` },
    },
  }));
  const world = await machine.start('sqlite');
  onTestFinished(() => world.close());
  const env = {
    KINPASS_ADOBE_TEMP_PASS_RESET_ORIGIN: world.simulator.origins.adobe,
    KINPASS_ADOBE_TEMP_PASS_RESET_SOFTWARE_STATEMENT: statementOf('apasstest1-tv'),
  };
  const run = async (...args: string[]) => {
    await using kinpass = runKinpass(
      [
        'temppass',
        'reset',
        '--config',
        machine.fileOf('sqlite'),
        '--service-provider',
        'apasstest1',
        ...args,
      ],
      { env },
    );
    return { code: await kinpass.ended, output: kinpass.output };
  };
  expect(await run('--mvpd', trial.mvpd)).toMatchObject({
    code: 1,
    output: expect.stringContaining('--device'),
  });
  const done = await run('--mvpd', trial.mvpd, '--all-devices', '--reason', 'tests');
  expect(done).toMatchObject({ code: 0, output: expect.stringContaining('reset for all devices') });
});
