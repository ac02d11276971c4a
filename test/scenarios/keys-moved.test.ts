import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultFixtures, startSimulator } from '@kinpass/simulator';
import { createBrowser } from '@kinpass/simulator/browser';
import {
  createControl,
  createDevice,
  demoDevices,
  request,
  signInAtMvpd,
  signInOnPhone,
} from '@kinpass/simulator/client';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { demoConfig } from '#src/cli/demo/config';
import { portsFrom } from '#src/cli/demo/simulator-ports';
import { startWorld, type World } from '#src/cli/demo/world';
import { parseConfig } from '#src/config/load';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { profileTypes, reachedAdobe } from '../support/answers.ts';
import { runKinpass } from '../support/run-kinpass.ts';

type Place = 'folder' | 'store';

const portOf = (origin: string): number => Number(new URL(origin).port);

/** One gateway and its operator, who can start it again with the keys in another place. */
const machine = () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-moved-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'kinpass.yaml');
  const keys = { directory: join(folder, 'keys'), masterKey: systemIds.secret(32) };
  const start = (place: Place, before?: World) =>
    startWorld({
      world: { startSimulator, defaultFixtures },
      configure: (places) => {
        const settings = {
          ...demoConfig(places),
          store: { kind: 'sqlite' as const, file: join(folder, 'kinpass.db') },
          keys: { ...keys, in: place },
          log: { level: 'silent' as const },
        };
        writeFileSync(file, stringify(settings));
        return parseConfig(settings);
      },
      publicPort: before ? portOf(before.origin) : 0,
      adminPort: 0,
      simulatorPorts: before
        ? {
            adobe: portOf(before.simulator.origins.adobe),
            mvpd: portOf(before.simulator.origins.mvpd),
            dtc: portOf(before.simulator.origins.dtc),
            google: portOf(before.simulator.origins.google),
            facebook: portOf(before.simulator.origins.facebook),
            apple: portOf(before.simulator.origins.apple),
          }
        : portsFrom(0),
      stateFile: join(folder, 'simulator.json'),
    });
  const kinpass = async (args: string): Promise<string> => {
    await using run = runKinpass([...args.split(' '), '--config', file]);
    const code = await run.ended;
    return `${code}: ${run.output}`;
  };
  return { start, kinpass, keyFiles: () => readdirSync(keys.directory) };
};

const phoneIn = ({ origin, simulator }: World) => {
  const app = simulator.fixtures.apps.find(({ id }) => id === 'ref40-phone');
  if (!app) throw new Error('no such app');
  return createDevice({
    gateway: origin,
    app,
    device: demoDevices.phone,
    clock: systemClock,
    ids: systemIds,
  });
};

const kidsOf = async ({ origin }: World) => {
  const { body } = await request({ url: `${origin}/.well-known/service-token-jwks.json` });
  return (body['keys'] as unknown as { kid: string }[]).map(({ kid }) => kid);
};

/** The operations that reached Adobe since the last look, and the subjects in their service tokens. */
const atAdobe = async (world: World) => {
  const control = createControl(world.simulator.origins.adobe);
  const sent = reachedAdobe(await control.requests());
  await control.clearRequests();
  const subjects = sent.flatMap(({ serviceToken }) =>
    serviceToken?.claims ? [serviceToken.claims['sub']] : [],
  );
  return { operations: sent.map(({ operation }) => operation), subject: subjects.at(-1) };
};

test.each([
  ['folder', 'store'],
  ['store', 'folder'],
] as const)('keys go from the %s to the %s, and nobody notices', { timeout: 90_000 }, async (from, to) => {
  const { start, kinpass, keyFiles } = machine();
  const first = await start(from);
  const ana = first.simulator.fixtures.users.find(({ id }) => id === 'ana');
  const [subscription] = ana?.subscriptions ?? [];
  if (!ana || !subscription) throw new Error('no such user');
  const before = phoneIn(first);
  const browser = createBrowser({ address: before.address, stopsAt: before.app.redirectUris });
  const { refreshToken = '' } = await signInOnPhone(before, { browser, provider: 'dtc', user: ana });
  const { body } = await before.createSession({
    mvpd: 'Cablevision',
    domainName: 'adobe.com',
    redirectUrl: 'https://adobe.com',
  });
  await signInAtMvpd(createBrowser({ address: before.address }), String(body['url']), subscription);
  expect(profileTypes(await before.profiles())).toEqual({ Cablevision: 'regular' });
  const [{ subject }, kids] = [await atAdobe(first), await kidsOf(first)];
  expect(await kinpass(`keys move --to ${to}`)).toMatch(/^0: [\s\S]*^Copied from .*: 6 files, \d lines/m);
  await first.close();

  const second = await start(to, first);
  expect(await kinpass(`keys move --to ${to} --finish`)).toMatch(/^0: [\s\S]*^Files removed from .*: 6\./m);
  expect(keyFiles().length > 0).toBe(to === 'folder');
  const after = phoneIn(second);
  after.use(await after.signIn.refresh(refreshToken));
  await createControl(second.simulator.origins.adobe).clearRequests();
  expect(profileTypes(await after.profiles())).toEqual({ Cablevision: 'regular' });
  expect(await atAdobe(second)).toEqual({ operations: ['profiles.all'], subject });
  expect(await kidsOf(second)).toEqual(kids);
  const authorization = await after.signIn.authorize();
  await browser.open(authorization.url);
  await authorization.redeem((await browser.submit({ button: 'Continue as' })).url);
  await second.close();
});
