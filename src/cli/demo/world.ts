import type { defaultFixtures, Simulator, startSimulator } from '@kinpass/simulator';
import type { Config } from '#src/config/schema';
import type { createGateway } from '#src/gateway';
import type { Guide } from '#src/web/pages/guide';
import { addressesOf, openListeners, runGateway } from '../gateway-servers.ts';
import { type Address, listenAll } from '../listen.ts';
import type { Places } from './config.ts';
import { originsAt, type SimulatorPorts } from './simulator-ports.ts';

interface Options {
  /** The simulator's module, an optional peer dependency that only its commands load. */
  readonly world: { startSimulator: typeof startSimulator; defaultFixtures: typeof defaultFixtures };
  /** Creates the configuration once the ports are known. */
  readonly configure: (places: Places) => Config;
  readonly publicPort: number;
  readonly adminPort: number;
  readonly simulatorPorts: SimulatorPorts;
  readonly stateFile?: string;
  readonly overrides?: Parameters<typeof createGateway>[1];
  /** The gateway's first page, created once everything else runs. */
  readonly guide?: (places: Pick<World, 'origin' | 'adminOrigin' | 'simulator'>) => Guide;
}

export interface World {
  readonly config: Config;
  readonly origin: string;
  readonly adminOrigin: string;
  readonly simulator: Simulator;
  /** The gateway serves new requests with another configuration. */
  applyConfig(config: Config): Promise<void>;
  close(): Promise<void>;
}

/** Starts the gateway and the simulated world, each configured with the origins of the other. Errors: port_taken. */
export const startWorld = async (options: Options): Promise<World> => {
  const { world, configure, simulatorPorts, stateFile, overrides } = options;
  const places = (publicPort: number, adminPort: number, origins = originsAt(simulatorPorts)): Places => ({
    fixtures: world.defaultFixtures,
    publicOrigin: `http://localhost:${publicPort}`,
    publicPort,
    adminPort,
    origins,
  });
  const planned = configure(places(options.publicPort, options.adminPort));
  await requireFree([...addressesOf(planned), ...simulatorAddresses(simulatorPorts)]);
  const listeners = await openListeners(planned);
  const [publicPort, adminPort] = [listeners.public.port, listeners.admin.port];
  const { publicOrigin } = configure(places(publicPort, adminPort));
  const started: (() => Promise<unknown>)[] = [() => listeners.close()];
  try {
    const simulator = await world.startSimulator({
      host: '127.0.0.1',
      ports: simulatorPorts,
      gatewayOrigin: publicOrigin,
      ...(stateFile && { stateFile }),
      ...(overrides?.clock && { clock: overrides.clock }),
    });
    started.push(() => simulator.close());
    const config = configure(places(publicPort, adminPort, simulator.origins));
    const adminOrigin = `http://127.0.0.1:${adminPort}`;
    const guide = options.guide?.({ origin: publicOrigin, adminOrigin, simulator });
    const running = await runGateway(config, listeners, { ...overrides, ...(guide && { guide }) });
    const { keyRing } = running.gateway;
    const trustKeys = () => {
      for (const key of keyRing.publicJwks().keys) simulator.trustServiceTokenKey({ ...key });
    };
    trustKeys();
    keyRing.onChange(trustKeys);
    return {
      config,
      simulator,
      origin: publicOrigin,
      adminOrigin,
      applyConfig: running.applyConfig,
      async close() {
        await running.close();
        await simulator.close();
      },
    };
  } catch (error) {
    await Promise.all(started.map((close) => close()));
    throw error;
  }
};

const simulatorAddresses = (ports: SimulatorPorts): Address[] =>
  Object.values(ports).map((port) => ({ host: '127.0.0.1', port, setting: '--simulator-port' }));

/** Names every port that is in use before anything starts. Errors: port_taken, config_invalid. */
const requireFree = async (addresses: readonly Address[]): Promise<void> => {
  const listeners = await listenAll(addresses.filter(({ port }) => port !== 0));
  await Promise.all(listeners.map((listener) => listener.close(0)));
};
