import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Control } from '#src/control/control';
import { startWorld, type World } from './world.ts';

let world: World;
let control: Control;
beforeAll(async () => {
  world = await startWorld();
  control = world.simulator.control;
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => control.reset());

const loginPage = async (mvpd: string): Promise<number> =>
  (await fetch(`${world.origins.mvpd}/${mvpd}/login`)).status;

const shipped = [
  'adobe-slow',
  'broken-answers',
  'degradation-drill',
  'forged-assertions',
  'forged-identities',
  'key-rotation',
  'live-event-spike',
  'mvpd-down',
  'provider-outage',
  'throttled-household',
];

test('the package brings these, listed with what they are about', async () => {
  const { body } = await world.adobe('/_control/scenarios');
  expect(body).toMatchObject({
    shipped: shipped.map((name) => ({ name, title: expect.any(String), about: expect.any(String) })),
    running: [],
  });
});

test.each(shipped)('%s plays to its end and leaves nothing behind', async (name) => {
  const { status, body } = await world.post('/_control/scenarios', { name });
  expect(status).toBe(201);
  expect(control.scenarios.running()).toMatchObject([{ name, startedAt: body['startedAt'] }]);
  const lasts = Date.parse(String(body['endsAt'])) - Date.parse(String(body['startedAt']));
  const later = { ...(await control.scenarios.shipped()).find((one) => one.name === name) };
  let brought = 0;
  for (const { at } of later.steps ?? []) {
    control.advance(Math.max(1, at - control.ahead()));
    await expect
      .poll(() => control.scenarios.running()[0]?.said.length)
      .toBe(later.steps?.filter((step) => step.at <= at).length);
    brought += control.faults.list().length + control.degradations().length;
  }
  expect(brought).toBeGreaterThan(0);
  control.advance(lasts);
  await expect.poll(() => control.scenarios.running()).toEqual([]);
  expect([...control.faults.list(), ...control.degradations()]).toEqual([]);
});

test('mvpd-down: one MVPD is out, the others are not; it comes back by itself', async () => {
  await control.scenarios.start('mvpd-down');
  expect([await loginPage('Cablevision'), await loginPage('Dish')]).toEqual([503, expect.not.closeTo(503)]);
  control.advance(10 * 60_000);
  await expect.poll(() => control.scenarios.running()).toEqual([]);
  expect(await loginPage('Cablevision')).not.toBe(503);
});

test('key-rotation: new keys sign, and the published sets lack them for a while', async () => {
  const keys = async (): Promise<string[]> => {
    const { keys: all } = (await (await fetch(`${world.origins.google}/oauth2/v3/certs`)).json()) as {
      keys: { kid: string }[];
    };
    return all.map(({ kid }) => kid);
  };
  const signedBy = async () => {
    const [header = ''] = (await control.idToken('google', { user: 'ana' })).split('.');
    return String(JSON.parse(Buffer.from(header, 'base64url').toString()).kid);
  };
  await control.scenarios.start('key-rotation');
  expect(await keys()).not.toContain(await signedBy());
  control.advance(2 * 60_000);
  await expect.poll(keys).toContain(await signedBy());
});

test('one that is stopped is gone with all that it brought', async () => {
  await control.scenarios.start('degradation-drill');
  expect(control.degradations()).toMatchObject([{ rule: 'AuthNAll', mvpd: '*' }]);
  control.faults.add({ name: 'mine', match: {}, times: 1, fault: { kind: 'reset' } });
  const stop = () => world.adobe('/_control/scenarios/degradation-drill', { method: 'DELETE' });
  expect([(await stop()).status, (await stop()).status]).toEqual([204, 404]);
  expect(control.degradations()).toEqual([]);
  expect(control.faults.list()).toMatchObject([{ name: 'mine', scenario: null }]);
});

test('one told outright, and one from a file', async () => {
  const scenario = {
    name: 'mine',
    title: 'Mine',
    steps: [{ faults: [{ match: { party: 'mvpd' }, fault: { kind: 'status', status: 418 } }] }],
  };
  expect((await world.post('/_control/scenarios', { scenario })).status).toBe(201);
  expect(await loginPage('Dish')).toBe(418);
  const folder = await mkdtemp(join(tmpdir(), 'scenario-'));
  await writeFile(join(folder, 'mine.json'), JSON.stringify({ ...scenario, name: 'from-a-file' }));
  await control.scenarios.start(join(folder, 'mine.json'));
  expect(control.scenarios.running().map(({ name }) => name)).toEqual(['mine', 'from-a-file']);
  await rm(folder, { recursive: true });
});

test.each([
  [{ name: 'no-such-thing' }, /name: must be one of adobe-slow/],
  [{ name: '/etc/passwd' }, /name: must be one of/],
  [{}, /either "name".* or "scenario"/],
  [{ scenario: { name: 'x', title: 'x', steps: [] } }, /at steps/],
  [{ scenario: { name: 'x', title: 'x', steps: [{ at: 'soon' }] } }, /at steps\[0\]\.at/],
  [{ scenario: { name: 'x', title: 'x', steps: [{ degrade: [{ rule: 'AuthZAll', mvpd: 'No' }] }] } }, /mvpd/],
])('%o is a 400 that says why', async (body, why) => {
  const reply = await world.post('/_control/scenarios', body);
  expect([reply.status, reply.body['error']]).toEqual([400, expect.stringMatching(why)]);
  expect(control.scenarios.running()).toEqual([]);
});
