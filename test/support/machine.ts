/** One gateway and its operator, who can start it with one settings file or another, with the simulated world around it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  signInOnPhone,
} from '@kinpass/simulator/client';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { demoConfig } from '#src/cli/demo/config';
import { portsFrom } from '#src/cli/demo/simulator-ports';
import { startWorld, type World } from '#src/cli/demo/world';
import { parseConfig } from '#src/config/load';
import type { ConfigInput } from '#src/config/schema';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { reachedAdobe } from './answers.ts';
import { temporarySchema } from './postgres.ts';
import { runKinpass } from './run-kinpass.ts';

const portOf = (origin: string): number => Number(new URL(origin).port);

/** The same ports again: nobody needs to be told that it moved. */
const simulatorPortsOf = ({ simulator: { origins } }: World) => ({
  adobe: portOf(origins.adobe),
  mvpd: portOf(origins.mvpd),
  dtc: portOf(origins.dtc),
  google: portOf(origins.google),
  facebook: portOf(origins.facebook),
  apple: portOf(origins.apple),
});

type Settings = Pick<ConfigInput, 'store' | 'keys'>;

/** `settingsIn` makes the settings of each file by the folder of the machine. */
export const createMachine = <Name extends string>(
  settingsIn: (folder: string) => Readonly<Record<Name, Settings>>,
) => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-machine-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const settings = settingsIn(folder);
  const fileOf = (name: Name): string => join(folder, `${name}.yaml`);
  return {
    /** With the settings. */
    folder,
    fileOf,
    /** `before`: an earlier start, whose ports it takes over. */
    start: (name: Name, before?: World): Promise<World> =>
      startWorld({
        world: { startSimulator, defaultFixtures },
        configure: (places) => {
          const common = {
            ...demoConfig(places),
            log: { level: 'silent' as const },
            overload: { maxDelay: '1m' },
          };
          for (const each of Object.keys(settings) as Name[])
            writeFileSync(fileOf(each), stringify({ ...common, ...settings[each] }));
          return parseConfig({ ...common, ...settings[name] });
        },
        publicPort: before ? portOf(before.origin) : 0,
        adminPort: 0,
        simulatorPorts: before ? simulatorPortsOf(before) : portsFrom(0),
        stateFile: join(folder, 'simulator.json'),
      }),
    /** Exit code and output. */
    kinpass: async (...args: string[]): Promise<string> => {
      await using run = runKinpass(args);
      const code = await run.ended;
      return `${code}: ${run.output}`;
    },
  };
};

export type Kind = 'sqlite' | 'postgres';

/** A machine with a settings file for each kind of store, and the same keys in both. */
export const createStoreMachine = () => {
  const { url, schema, tls } = temporarySchema();
  const machine = createMachine<Kind>((folder) => {
    const keys = { directory: join(folder, 'keys') };
    return {
      sqlite: { keys, store: { kind: 'sqlite', file: join(folder, 'kinpass.db') } },
      postgres: { keys, store: { kind: 'postgres', url, schema, tls } },
    };
  });
  return { ...machine, schema };
};

/** A phone of that name. It knows the gateway by its origin, which stays the same. */
export const phoneIn = ({ origin, simulator }: World, name: string): Device => {
  const app = simulator.fixtures.apps.find(({ id }) => id === 'ref40-phone');
  if (!app) throw new Error('no such app');
  const device = { ...demoDevices.phone, id: name };
  return createDevice({ gateway: origin, app, device, clock: systemClock, ids: systemIds });
};

const userIn = ({ simulator }: World, name: string) => {
  const user = simulator.fixtures.users.find(({ id }) => id === name);
  if (!user) throw new Error('no such user');
  return user;
};

/** A phone with a viewer, and the browser in which they signed in. */
export const signedIn = async (world: World, name: string, user: string) => {
  const device = phoneIn(world, name);
  const browser = createBrowser({ address: device.address, stopsAt: device.app.redirectUris });
  await signInOnPhone(device, { browser, provider: 'dtc', user: userIn(world, user) });
  return { device, browser };
};

export const refresh = async (device: Device, token = String(device.tokens?.refreshToken)): Promise<void> =>
  device.use(await device.signIn.refresh(token));

/** At Cablevision. */
export const logInAtMvpd = async (world: World, device: Device, user: string): Promise<void> => {
  const [subscription] = userIn(world, user).subscriptions;
  if (!subscription) throw new Error('no subscription');
  const session = { mvpd: 'Cablevision', domainName: 'adobe.com', redirectUrl: 'https://adobe.com' };
  const url = device.browserUrl(await device.createSession(session));
  await signInAtMvpd(createBrowser({ address: device.address }), url, subscription);
};

/** The operations that reached Adobe since the last look, and the subject in the last of their service tokens. */
export const atAdobe = async (world: World): Promise<{ operations: string[]; subject: unknown }> => {
  const control = createControl(world.simulator.origins.adobe);
  const sent = reachedAdobe(await control.requests());
  await control.clearRequests();
  const subjects = sent.flatMap(({ serviceToken }) =>
    serviceToken?.claims ? [serviceToken.claims['sub']] : [],
  );
  return { operations: sent.map(({ operation }) => operation), subject: subjects.at(-1) };
};
