import { type Device, request } from '@kinpass/simulator/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { reachedAdobe } from '../support/answers.ts';
import { eventually } from '../support/eventually.ts';
import { createMachine } from '../support/machine.ts';
import { postgresUrl } from '../support/postgres.ts';
import { runKinpass } from '../support/run-kinpass.ts';
import { startGateway, type TestWorld } from '../support/start-gateway.ts';
import { startTwoNodes } from '../support/two-nodes.ts';

const notify = (t: TestWorld, json: object) =>
  request({ method: 'POST', url: `${t.adminOrigin}/invalidations`, json: { ...json } });

const isKnown = async ({ control }: TestWorld, device: Device): Promise<boolean> => {
  await control.clearRequests();
  expect((await device.profiles()).status).toBe(200);
  return reachedAdobe(await control.requests()).length === 0;
};

/** A viewer with a profile that is known; their account, and the subject of their service tokens. */
const withProfile = async (t: TestWorld, device: Device, user: string, mvpd: string) => {
  await t.signIn(device, user);
  await device.profileByCode(await t.logInAtMvpd(device, user, mvpd));
  const session = (await t.control.requests()).findLast(({ operation }) => operation === 'sessions.create');
  await eventually(async () => expect(await isKnown(t, device)).toBe(true));
  const account = String((await device.send('/me')).body['sub']);
  return { account, subject: String(session?.serviceToken?.claims?.['sub']) };
};

const deviceId = 'the-tv-of-ana';

/** Ana and Ben, each on a TV, with profiles that are known; what names Ana, her device and her account. */
const twoViewers = async (t: TestWorld) => {
  const ana = t.device('tv', { id: deviceId });
  const ben = t.device('tv', { address: '203.0.113.77' });
  const names = await withProfile(t, ana, 'ana', 'Cablevision');
  await withProfile(t, ben, 'ben', 'Dish');
  await eventually(async () => expect(await isKnown(t, ana)).toBe(true));
  return { ana, ben, ...names };
};

type Names = Awaited<ReturnType<typeof twoViewers>>;

test.each<[what: string, notice: (names: Names) => object, known: string[]]>([
  ['an account', ({ account }) => ({ account }), ['ben']],
  ['a subject', ({ subject }) => ({ subject }), ['ben']],
  ['a device', () => ({ device: deviceId }), ['ben']],
  ['an account on another device', ({ account }) => ({ account, device: 'another' }), ['ana', 'ben']],
  ['an account at its service provider', ({ account }) => ({ account, serviceProvider: 'REF30' }), ['ben']],
  ['an account at another one', ({ account }) => ({ account, serviceProvider: 'REF40' }), ['ana', 'ben']],
  ['an MVPD, whose profile may be among them', () => ({ mvpd: 'Dish' }), []],
  ['a service provider', () => ({ serviceProvider: 'REF30' }), []],
])('a notice about %s: what is still known', async (_, notice, known) => {
  await using t = await startGateway();
  const names = await twoViewers(t);
  expect((await notify(t, notice(names))).status).toBe(204);
  const still = [];
  for (const name of ['ana', 'ben'] as const) if (await isKnown(t, names[name])) still.push(name);
  expect(still).toEqual(known);
});

test.each([
  ['nothing', {}, 400, 'account'],
  ['only a reason', { reason: 'ticket 7' }, 400, 'account'],
  ['a member with a wrong name, which would mean more', { provider: 'REF30', mvpd: 'Dish' }, 400, 'body'],
  ['no MVPD', { mvpd: '../x' }, 400, 'mvpd'],
  ['an account that does not exist', { account: 'nobody' }, 404, 'account'],
  ['a reason of two lines', { mvpd: 'Dish', reason: 'a\nb' }, 400, 'reason'],
])('a notice about %s is refused before anything is recorded', async (_, json, status, field) => {
  await using t = await startGateway();
  const refused = await notify(t, json);
  expect([refused.status, refused.body['field']]).toEqual([status, field]);
  expect((await request({ url: `${t.adminOrigin}/audit` })).text).not.toContain('answers.invalidate');
});

test('who gave notice of what is in the audit log, a device by its hash', async () => {
  await using t = await startGateway();
  await notify(t, { device: deviceId, mvpd: 'Dish', reason: 'ticket 7' });
  const { text, body } = await request({ url: `${t.adminOrigin}/audit` });
  expect(text).not.toContain(deviceId);
  const entries = (body['entries'] as Record<string, unknown>[]).filter(
    ({ action }) => action === 'answers.invalidate',
  );
  expect(entries).toMatchObject([
    { outcome: 'started', target: { kind: 'device' }, details: { mvpd: 'Dish' }, reason: 'ticket 7' },
    { outcome: 'done', target: { kind: 'device' }, details: { mvpd: 'Dish' } },
  ]);
});

test('it takes the role that revokes, and the admin listener', async () => {
  const tokens = [{ id: 'monitoring', token: 'm'.repeat(40), roles: ['read' as const] }];
  await using t = await startGateway({ settings: { admin: { tokens } } });
  const url = `${t.adminOrigin}/invalidations`;
  const send = (headers: Record<string, string>) =>
    request({ method: 'POST', url, json: { mvpd: 'Dish' }, headers });
  expect((await send({})).status).toBe(401);
  expect((await send({ authorization: `Bearer ${'m'.repeat(40)}` })).status).toBe(403);
  const tv = t.device('tv');
  expect((await tv.send('/invalidations', { method: 'POST', json: { mvpd: 'Dish' } })).status).toBe(404);
});

describe.skipIf(!postgresUrl)('on two nodes', () => {
  test('a notice at one holds at the other within a second', async () => {
    const { t, second, tvAt } = await startTwoNodes();
    const here = tvAt(t.origin);
    const { account } = await withProfile(t, here, 'ana', 'Cablevision');
    const there = tvAt(second);
    there.use(here.tokens);
    await eventually(async () => expect(await isKnown(t, there)).toBe(true));
    expect((await notify(t, { account })).status).toBe(204);
    expect(await isKnown(t, here)).toBe(false);
    await eventually(async () => expect(await isKnown(t, there)).toBe(false));
  });
});

test('kinpass invalidate, beside a gateway that runs', async () => {
  const machine = createMachine((folder) => ({
    sqlite: {
      store: { kind: 'sqlite', file: `${folder}/kinpass.db` },
      keys: { directory: `${folder}/keys` },
    },
  }));
  const t = await machine.start('sqlite');
  onTestFinished(() => t.close());
  const run = async (...args: string[]) => {
    await using kinpass = runKinpass(['invalidate', '--config', machine.fileOf('sqlite'), ...args]);
    return { code: await kinpass.ended, output: kinpass.output };
  };
  expect(await run()).toMatchObject({ code: 1, output: expect.stringContaining('--account') });
  const done = await run('--service-provider', 'REF30', '--reason', 'tests');
  expect(done).toMatchObject({ code: 0, output: expect.stringContaining('within a second') });
});
