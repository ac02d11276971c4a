import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultFixtures } from '#src/default-fixtures';
import { fixturesOf } from '#src/world-file/complete';
import { readWorld } from '#src/world-file/read';
import type { WorldInput } from '#src/world-file/schema';
import { startWorld, stepwise } from './world.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'world-'));
});
afterEach(() => rm(folder, { recursive: true }));

const smallest: WorldInput = {
  mvpds: [{ id: 'HillCable' }],
  serviceProviders: [{ id: 'NEWS' }],
  apps: [{ id: 'news-tv', serviceProviders: ['NEWS'] }],
  users: [{ id: 'dee', subscriptions: [{ mvpd: 'HillCable', resources: ['news-1'] }] }],
};

const write = async (name: string, text: string): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
};

test('what is left out follows from the ids', () => {
  const { users, mvpds, serviceProviders, apps, resources, clients } = fixturesOf(smallest);
  expect(users[0]).toMatchObject({
    name: 'dee',
    password: 'dee-password',
    dtc: { subject: 'dtc-dee', email: 'dee@viewers.example' },
    google: { email: 'dee@viewers.example', hostedDomain: 'viewers.example' },
    subscriptions: [{ username: 'dee@hillcable.example', password: 'dee-tv', resources: ['news-1'] }],
  });
  expect(mvpds[0]).toMatchObject({
    authentication: { protocol: 'saml', requestBinding: 'redirect' },
    authorization: { request: 'soap', ttl: 86_400, conditions: 86_400 },
  });
  expect(serviceProviders[0]).toMatchObject({ name: 'NEWS', domains: ['localhost'], mvpds: ['HillCable'] });
  expect(apps[0]?.softwareStatement.split('.')).toHaveLength(3);
  expect(resources).toEqual(['NEWS', 'news-1']);
  expect(clients).toEqual(defaultFixtures.clients);
});

test('an OAuth 2.0 MVPD is asked with a bearer token, a TempPass is asked nothing', () => {
  const { mvpds } = fixturesOf({
    ...smallest,
    mvpds: [
      { id: 'HillCable', authentication: { protocol: 'oauth2' } },
      { id: 'Trial', isTempPass: true, temporary: { seconds: 60 } },
    ],
  });
  expect(mvpds[0]?.authorization).toMatchObject({ request: 'bearer', conditions: null });
  expect([mvpds[1]?.authentication, mvpds[1]?.authorization]).toEqual([undefined, undefined]);
});

test('the example of the guide is a world that a client can live in', async () => {
  const guide = await readFile(new URL('../docs/guide.md', import.meta.url), 'utf8');
  const example = /```yaml\n# world\.yaml[^\n]*\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
  const fixtures = await readWorld(await write('world.yaml', example));
  await using world = await startWorld({ fixtures });
  const [app] = fixtures.apps;
  const [user] = fixtures.users;
  const [subscription] = user?.subscriptions ?? [];
  const brand = app?.serviceProviders[0] ?? '';
  const tv = await world.device(app?.id ?? '');
  const session = await tv.form(`/api/v2/${brand}/sessions`, {
    mvpd: subscription?.mvpd ?? '',
    domainName: 'localhost',
    redirectUrl: 'http://localhost:3000/done',
  });
  await world.logIn(session, stepwise(), user?.id);
  const { body } = await tv.get(`/api/v2/${brand}/profiles`);
  expect(body).toMatchObject({ profiles: { [subscription?.mvpd ?? '']: { type: 'regular' } } });
});

describe('a faulty file', () => {
  const faultsOf = async (text: string) => readWorld(await write('world.yaml', text)).catch((error) => error);

  test('is refused with every fault at once, each with its path', async () => {
    const error = await faultsOf(`
mvps: []
mvpds: [{ id: "two words" }]
apps: [{ id: a, serviceProviders: [] }]
users: [{ id: u, subscriptions: [{ mvpd: Z }] }]
`);
    expect(error).toMatchObject({ code: 'config_invalid', field: 'fixtures' });
    for (const fault of [
      'mvpds[0].id: letters',
      'serviceProviders: ',
      'apps[0].serviceProviders: ',
      'users[0].subscriptions[0].resources: ',
      'world: Unrecognized key: "mvps"',
    ])
      expect(error.hint).toContain(fault);
  });

  test('contradicts itself: all of it is told', async () => {
    const error = await faultsOf(`
mvpds: [{ id: A, isPromotional: true }, { id: A }, { id: T, isTempPass: true }]
serviceProviders: [{ id: X, mvpds: [B], authPerAggregator: [C] }]
apps: [{ id: a, serviceProviders: [Y] }]
users:
  - { id: u, subscriptions: [{ mvpd: Z, resources: [] }, { mvpd: T, resources: [] }] }
`);
    expect(error.hint.split('\n').sort()).toEqual([
      'apps[0].serviceProviders[0]: there is no service provider "Y"',
      'mvpds[0].isPromotional: only valid for a TempPass',
      'mvpds[1].id: "A" is already defined',
      'serviceProviders[0].authPerAggregator[0]: there is no MVPD "C"',
      'serviceProviders[0].mvpds[0]: there is no MVPD "B"',
      'users[0].subscriptions[0].mvpd: there is no MVPD "Z"',
      'users[0].subscriptions[1].mvpd: "T" is a TempPass, which has no subscribers',
    ]);
  });

  test.each([
    ['mvpds: [', 'is not valid YAML or JSON'],
    ['', 'world: '],
  ])('%j: %s', async (text, words) => {
    expect((await faultsOf(text)).hint).toContain(words);
  });

  test('that is not there', async () => {
    await expect(readWorld(join(folder, 'nowhere.yaml'))).rejects.toMatchObject({
      hint: expect.stringContaining('nowhere.yaml cannot be read'),
    });
  });
});
