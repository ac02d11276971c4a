import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultFixtures, startSimulator } from '@kinpass/simulator';
import { createBrowser } from '@kinpass/simulator/browser';
import {
  createControl,
  createDevice,
  type Device,
  demoDevices,
  signInAtMvpd,
  signInOnTv,
} from '@kinpass/simulator/client';
import { expect, onTestFinished, test } from 'vitest';
import { demoConfig } from '#src/cli/demo/config';
import { portsFrom } from '#src/cli/demo/simulator-ports';
import { startWorld, type World } from '#src/cli/demo/world';
import { parseConfig } from '#src/config/load';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { profileTypes } from '../support/answers.ts';

const portOf = (origin: string): number => Number(new URL(origin).port);

test('a second start keeps keys, accounts, credentials, sign-ins and profiles', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-restart-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));

  const start = (before?: World) =>
    startWorld({
      world: { startSimulator, defaultFixtures },
      configure: (places) =>
        parseConfig({
          ...demoConfig(places),
          store: { kind: 'sqlite', file: join(folder, 'data', 'kinpass.db') },
          keys: { directory: join(folder, 'keys') },
          log: { level: 'silent' },
        }),
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
      stateFile: join(folder, 'data', 'simulator.json'),
    });

  const tvIn = (world: World): Device => {
    const app = world.simulator.fixtures.apps.find(({ id }) => id === 'ref30-tv');
    if (!app) throw new Error('no such app');
    return createDevice({
      gateway: world.origin,
      app,
      device: demoDevices.tv,
      clock: systemClock,
      ids: systemIds,
    });
  };

  const first = await start();
  const ana = first.simulator.fixtures.users.find(({ id }) => id === 'ana');
  const [subscription] = ana?.subscriptions ?? [];
  if (!ana || !subscription) throw new Error('no such user');
  const tv = tvIn(first);
  await signInOnTv(tv, { browser: createBrowser({ address: '198.51.100.1' }), provider: 'dtc', user: ana });
  const session = await tv.createSession({
    mvpd: 'Cablevision',
    domainName: 'adobe.com',
    redirectUrl: 'https://adobe.com',
  });
  await signInAtMvpd(createBrowser({ address: '198.51.100.1' }), tv.browserUrl(session), subscription);
  expect(profileTypes(await tv.profiles())).toEqual({ Cablevision: 'regular' });
  await first.close();
  expect(statSync(join(folder, 'keys', 'service-token.pem')).mode & 0o777).toBe(0o600);

  const second = await start(first);
  const control = createControl(second.simulator.origins.adobe);
  await control.clearRequests();
  const again = tvIn(second);
  again.use(tv.tokens);
  expect(profileTypes(await again.profiles())).toEqual({ Cablevision: 'regular' });
  const operations = (await control.requests()).map(({ operation }) => operation);
  expect(operations).toEqual(['profiles.all']);
  await second.close();
});
