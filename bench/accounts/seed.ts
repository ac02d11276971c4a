// `seed.ts FOLDER COUNT`: fills FOLDER with the keys and the database of a gateway that has COUNT signed-in viewers. One
// sign-in is real; the others are its copies under other names, written through the stores.
import { join } from 'node:path';
import { defaultFixtures, startSimulator } from '@kinpass/simulator';
import { createBrowser } from '@kinpass/simulator/browser';
import { createDevice, demoDevices, signInOnTv } from '@kinpass/simulator/client';
import { demoConfig } from '#src/cli/demo/config';
import { portsFrom } from '#src/cli/demo/simulator-ports';
import { startWorld } from '#src/cli/demo/world';
import { parseConfig } from '#src/config/load';
import { createKeyFolder } from '#src/config/secrets/folder/key-folder';
import { loadSecrets } from '#src/config/secrets/secrets';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createLog } from '#src/observability/logger';
import { openSqliteStores } from '#src/stores/sqlite/open';
import { createCopySignIn, readTemplate } from './copy-sign-in.ts';

const [folder = '', count = '0'] = process.argv.slice(2);
const keys = { directory: join(folder, 'keys') };
const secrets = await loadSecrets(createKeyFolder(keys.directory, systemClock), systemIds);
await using stores = await openSqliteStores({
  file: join(folder, 'kinpass.db'),
  sealingKey: secrets.sealing,
  log: createLog('warn'),
});

const signInForReal = async (): Promise<void> => {
  const world = await startWorld({
    world: { startSimulator, defaultFixtures },
    configure: (places) => parseConfig({ ...demoConfig(places), keys, signIn: { pollingInterval: '0s' } }),
    publicPort: 0,
    adminPort: 0,
    simulatorPorts: portsFrom(0),
    overrides: { stores: { ...stores, close: async () => {} } },
  });
  const [app, user] = [defaultFixtures.apps[0], defaultFixtures.users[0]];
  if (!app || !user) throw new Error('the simulated world is empty');
  const device = createDevice({
    gateway: world.origin,
    app,
    device: demoDevices.tv,
    clock: systemClock,
    ids: systemIds,
  });
  await signInOnTv(device, { browser: createBrowser({ address: device.address }), provider: 'dtc', user });
  await world.close();
};

await signInForReal();
const copySignIn = createCopySignIn(stores, await readTemplate(stores, systemClock.now()), systemClock.now());
const together = 64;
for (let index = 0; index < Number(count); index += together) {
  const batch = Math.min(together, Number(count) - index);
  await Promise.all(Array.from({ length: batch }, (_, offset) => copySignIn(index + offset)));
}
