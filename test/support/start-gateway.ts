import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  defaultFixtures,
  type Fixtures,
  type Simulator,
  startSimulator,
  type User,
} from '@kinpass/simulator';
import { type Browser, createBrowser } from '@kinpass/simulator/browser';
import {
  type Control,
  createControl,
  createDevice,
  type Device,
  demoDevices,
  type ProviderName,
  signInAtMvpd,
  signInOnPhone,
  signInOnTv,
} from '@kinpass/simulator/client';
import { demoConfig } from '#src/cli/demo/config';
import { portsFrom } from '#src/cli/demo/simulator-ports';
import { startWorld } from '#src/cli/demo/world';
import { parseConfig } from '#src/config/load';
import type { ConfigInput } from '#src/config/schema';
import type { Overrides } from '#src/gateway';
import { type Clock, systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { observeContract } from './observe-contract.ts';

interface Options {
  /** Laid over the demo's settings; a section's keys over that section's. */
  readonly settings?: Record<string, unknown> & Partial<ConfigInput>;
  readonly overrides?: Overrides;
  /** The clock of the simulated world, where it is not the gateway's. */
  readonly worldClock?: Pick<Clock, 'now' | 'wait'>;
  /** The simulated world; by default that of Adobe's samples. */
  readonly fixtures?: Fixtures;
  /** The first page that the demo has. */
  readonly guide?: Parameters<typeof startWorld>[0]['guide'];
  /** Paths that are not held against Adobe's OpenAPI files. */
  readonly unchecked?: RegExp;
  /** Whether Adobe limits the rate of a device, and the gateway keeps within that. Else no test depends on how fast it runs. */
  readonly throttled?: boolean;
}

type DeviceName = keyof typeof demoDevices;

export interface TestWorld extends AsyncDisposable {
  /** The public listener. */
  readonly origin: string;
  readonly adminOrigin: string;
  readonly simulator: Simulator;
  /** The settings that it was started with, as they would stand in a file. */
  readonly settings: Record<string, unknown>;
  readonly control: Control;
  user(id: string): User;
  /** One of the demo's devices with the app that it runs there; `id` makes it another device of the same make. */
  device(name: DeviceName, other?: { app?: string; id?: string; address?: string }): Device;
  /** The gateway serves by the demo's settings with these laid over from now on. */
  reconfigure(settings: Options['settings']): Promise<void>;
  /** A new browser, behind its own address. */
  browser(address?: string): Browser;
  /** Signs a viewer in: by code and PKCE where the app has a redirect URI, else by the device grant. */
  signIn(device: Device, user: string, provider?: ProviderName): Promise<Device>;
  /** Creates a session, signs in at the MVPD's page, returns the code of the session. */
  logInAtMvpd(device: Device, user: string, mvpd: string): Promise<string>;
}

const appOn: Readonly<Record<DeviceName, string>> = {
  tv: 'ref30-tv',
  phone: 'ref40-phone',
  laptop: 'ref30-web',
  otherPhone: 'ref40-phone',
};

/** RSA keys take their time: those of a test file are made once. */
const keys = mkdtempSync(join(tmpdir(), 'kinpass-test-keys-'));
process.once('exit', () => rmSync(keys, { recursive: true, force: true }));

/** The gateway and the simulated world on free ports of loopback, in memory: `await using t = await startGateway()`. */
export const startGateway = async ({
  settings = {},
  overrides = {},
  worldClock,
  fixtures = defaultFixtures,
  guide,
  unchecked,
  throttled = false,
}: Options = {}): Promise<TestWorld> => {
  const clock = overrides.clock ?? systemClock;
  let input: Section = {};
  const world = await startWorld({
    world: {
      startSimulator: (options) =>
        startSimulator({
          ...options,
          fixtures,
          ...(worldClock && { clock: worldClock }),
          ...(!throttled && { throttle: null }),
        }),
      defaultFixtures: fixtures,
    },
    configure: (places) => {
      input = overlaid(overlaid(testConfig(places), throttled ? {} : unhurried), settings);
      return parseConfig(input);
    },
    publicPort: 0,
    adminPort: 0,
    simulatorPorts: portsFrom(0),
    overrides,
    ...(guide && { guide }),
  });
  const { origin, adminOrigin, simulator } = world;
  const user = (id: string): User => named(simulator.fixtures.users, id);
  const contract = observeContract(createControl(simulator.origins.adobe), unchecked);

  return {
    origin,
    adminOrigin,
    simulator,
    settings: input,
    reconfigure: (changed = {}) => world.applyConfig(parseConfig(overlaid(input, changed))),
    control: contract.control,
    user,
    device: (name, { app = appOn[name], ...other } = {}) =>
      createDevice({
        gateway: origin,
        app: named(simulator.fixtures.apps, app),
        device: { ...demoDevices[name], ...other },
        clock,
        ids: systemIds,
      }),
    browser: (address = '198.51.100.99') => createBrowser({ address }),
    async signIn(device, id, provider = 'dtc') {
      const browser = createBrowser({ address: device.address, stopsAt: device.app.redirectUris });
      const who = { browser, provider, user: user(id) };
      await (device.app.redirectUris.length > 0 ? signInOnPhone : signInOnTv)(device, who);
      return device;
    },
    async logInAtMvpd(device, id, mvpd) {
      const redirectUrl = 'https://www.testadobe.com/signed-in';
      const session = await device.createSession({ mvpd, domainName: 'testadobe.com', redirectUrl });
      const subscription = user(id).subscriptions.find((candidate) => candidate.mvpd === mvpd);
      if (!subscription) throw new Error(`${id} has no subscription at ${mvpd}`);
      const browser = createBrowser({ address: device.address });
      await signInAtMvpd(browser, device.browserUrl(session), subscription);
      return String(session.body['code']);
    },
    [Symbol.asyncDispose]: () => contract.check().finally(() => world.close()),
  };
};

const testConfig = (places: Parameters<typeof demoConfig>[0]): Record<string, unknown> & ConfigInput => ({
  ...demoConfig(places),
  store: { kind: 'memory' },
  keys: { directory: keys },
  log: { level: 'silent' },
  // Else the first call that names one asks Adobe, which tests that count calls do not expect.
  adobe: {
    origin: places.origins.adobe,
    registeredDomains: {
      serviceProviders: defaultFixtures.serviceProviders.map(({ id, domains }) => ({
        id,
        domains: [...domains],
      })),
    },
  },
  // The machine that runs tests is overloaded.
  overload: { maxDelay: '1m' },
  // No polling interval: tests ask again at once.
  signIn: { pollingInterval: '0s' },
});

/** More calls of a device than any test makes. */
const unhurried = { adobe: { throttle: { perSecond: 1_000, burst: 1_000 } } };

type Section = Record<string, unknown>;

const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const overlaid = (base: Section, over: Section): Section => ({
  ...base,
  ...Object.fromEntries(
    Object.entries(over).map(([key, value]) => {
      const below = base[key];
      return [key, isSection(value) && isSection(below) ? { ...below, ...value } : value];
    }),
  ),
});

const named = <T extends { readonly id: string }>(list: readonly T[], id: string): T => {
  const found = list.find((item) => item.id === id);
  if (!found) throw new Error(`the simulated world has no "${id}"`);
  return found;
};
