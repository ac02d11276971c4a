import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defaultFixtures, startSimulator } from '@kinpass/simulator';
import { createBrowser } from '@kinpass/simulator/browser';
import {
  createControl,
  createDevice,
  type Device,
  demoDevices,
  type ProviderName,
  signInOnPhone,
  signInOnTv,
} from '@kinpass/simulator/client';
import { decodeProtectedHeader } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { demoConfig } from '#src/cli/demo/config';
import { portsFrom, type SimulatorPorts } from '#src/cli/demo/simulator-ports';
import { startWorld, type World } from '#src/cli/demo/world';
import { parseConfig } from '#src/config/load';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';

const portOf = (origin: string): number => Number(new URL(origin).port);

const portsOf = ({ simulator }: World): SimulatorPorts => ({
  ...portsFrom(0),
  ...Object.fromEntries(Object.entries(simulator.origins).map(([party, origin]) => [party, portOf(origin)])),
});

/** A gateway whose keys and database lie in a folder; where a world was before, in the same places of the net. */
const startIn = (machine: string, simulated: string, before?: World): Promise<World> =>
  startWorld({
    world: { startSimulator, defaultFixtures },
    configure: (places) =>
      parseConfig({
        ...demoConfig(places),
        signIn: { pollingInterval: '0s' },
        store: { kind: 'sqlite', file: join(machine, 'kinpass.db') },
        keys: { directory: join(machine, 'keys') },
        log: { level: 'silent' },
      }),
    publicPort: before ? portOf(before.origin) : 0,
    adminPort: 0,
    simulatorPorts: before ? portsOf(before) : portsFrom(0),
    stateFile: simulated,
  });

const deviceIn = (world: World, name: 'tv' | 'phone', app: string): Device => {
  const found = world.simulator.fixtures.apps.find(({ id }) => id === app);
  if (!found) throw new Error('no such app');
  const device = demoDevices[name];
  return createDevice({ gateway: world.origin, app: found, device, clock: systemClock, ids: systemIds });
};

const signIn = async (world: World, device: Device, provider: ProviderName): Promise<void> => {
  const user = world.simulator.fixtures.users.find(({ id }) => id === 'ana');
  if (!user) throw new Error('no such user');
  const browser = createBrowser({ address: device.address, stopsAt: device.app.redirectUris });
  await (device.app.redirectUris.length > 0 ? signInOnPhone : signInOnTv)(device, {
    browser,
    provider,
    user,
  });
};

/** Whom Adobe hears of when this device asks for profiles, and whose signature it is. */
const told = async (world: World, device: Device): Promise<{ subject: unknown; kid: unknown }> => {
  const control = createControl(world.simulator.origins.adobe);
  await control.clearRequests();
  expect((await device.profiles()).status).toBe(200);
  const request = (await control.requests()).find(({ operation }) => operation === 'profiles.all');
  expect(request?.serviceToken?.verified).toBe(true);
  return {
    subject: request?.serviceToken?.claims?.['sub'],
    kid: decodeProtectedHeader(String(request?.headers['ad-service-token'])).kid,
  };
};

test("a new machine with yesterday's keys and database gives the same subjects, signed with the same key", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-restore-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [lost, fresh, simulated] = ['lost', 'fresh', 'simulator.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];

  const first = await startIn(lost, simulated);
  const tv = deviceIn(first, 'tv', 'ref30-tv');
  await signIn(first, tv, 'dtc');
  const before = await told(first, tv);

  // The database while it is in use, then the keys.
  mkdirSync(fresh, { mode: 0o700 });
  const used = new DatabaseSync(join(lost, 'kinpass.db'), { readOnly: true });
  used.prepare('VACUUM INTO ?').run(join(fresh, 'kinpass.db'));
  used.close();
  cpSync(join(lost, 'keys'), join(fresh, 'keys'), { recursive: true, preserveTimestamps: true });
  await first.close();
  rmSync(lost, { recursive: true });

  const second = await startIn(fresh, simulated, first);
  const files = readdirSync(join(fresh, 'keys'));
  expect(files).toContain('subject.secret');
  for (const name of files) expect(statSync(join(fresh, 'keys', name)).mode & 0o077).toBe(0);

  const same = deviceIn(second, 'tv', 'ref30-tv');
  same.use(tv.tokens);
  expect(await told(second, same)).toEqual(before);

  // Nor does another provider or another device make another person of her.
  const phone = deviceIn(second, 'phone', 'ref40-phone');
  await signIn(second, phone, 'google');
  expect(await told(second, phone)).toEqual(before);

  // Nor does another signature.
  await second.close();
  for (const name of files.filter((key) => /^(service-token|ledger)/.test(key)))
    rmSync(join(fresh, 'keys', name));
  const third = await startIn(fresh, simulated, second);
  onTestFinished(() => third.close());
  const again = deviceIn(third, 'tv', 'ref30-tv');
  again.use(same.tokens);
  const after = await told(third, again);
  expect(after.subject).toBe(before.subject);
  expect(after.kid).not.toBe(before.kid);
});
