import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, type SimulatorOptions, startSimulator } from '@kinpass/simulator';
import { demoConfig } from '#src/cli/demo/config';
import { portsFrom } from '#src/cli/demo/simulator-ports';
import { type Balancer, startBalancer } from '../../../test/support/balancer.ts';
import { freePort } from '../../../test/support/free-port.ts';
import { type Run, runKinpass } from '../../../test/support/run-kinpass.ts';
import { trustKeys } from '../../../test/support/start-workers.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { createViewers, type Viewers } from './viewers.ts';

type Target = Parameters<typeof startBalancer>[0][number];

interface Options {
  readonly nodes?: number;
  /** Merged over those of the demo. */
  readonly settings?: Record<string, unknown>;
  /** For each process, by its number. */
  readonly env?: (node: number) => Record<string, string>;
  readonly simulator?: Partial<SimulatorOptions>;
  /** Arguments of `kinpass serve`, besides its settings. */
  readonly args?: readonly string[];
  /** Instead of this Node.js. */
  readonly program?: string;
  /** Before any gateway starts. */
  readonly onSimulator?: (simulator: Simulator) => Promise<void>;
}

export interface Gateways extends AsyncDisposable, Viewers {
  /** Where apps and browsers reach them. */
  readonly origin: string;
  /** Bypassing the balancer. */
  readonly addresses: readonly string[];
  readonly adminOrigins: readonly string[];
  readonly simulator: Simulator;
  /** Between the gateways and Adobe. */
  readonly adobe: TcpProxy;
  /** In front of several gateways. */
  readonly balancer: Balancer | undefined;
  /** Settings, database and keys. */
  readonly folder: string;
  node(index: number): Run;
  /** The file with the settings of a node. */
  settingsFile(index: number): string;
  start(index: number): Promise<void>;
}

/** Every read reaches Adobe. A clone of an earlier version may not have the setting. */
const answersFromAdobe = process.env['KINPASS_OTHER_CLONE']
  ? {}
  : { knownAnswers: { profileFreshness: '0s', configurationFreshness: '0s' } };

/** `kinpass serve` in separate processes, with a simulated world; several share a database, behind a balancer. */
export const startGateways = async (options: Options = {}): Promise<Gateways> => {
  const { nodes: count = 1, settings: changes = {}, env = () => ({}), args = [] } = options;
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-faults-'));
  await using built = new AsyncDisposableStack();
  built.defer(() => rmSync(folder, { recursive: true, force: true }));
  const targets: Target[] = [];
  for (let node = 0; node < count; node += 1)
    targets.push({ publicPort: await freePort(), adminPort: await freePort() });
  const balancer = count > 1 ? built.use(await startBalancer(targets)) : undefined;
  const origin = `http://localhost:${balancer?.port ?? targets[0]?.publicPort}`;
  const simulator = built.use(
    await startSimulator({
      ...{ host: '127.0.0.1', ports: portsFrom(0), gatewayOrigin: origin, throttle: null },
      ...options.simulator,
    }),
  );
  await options.onSimulator?.(simulator);
  const { fixtures, origins } = simulator;
  const adobe = built.use(await startTcpProxy(Number(new URL(origins.adobe).port)));

  const settingsFile = (node: number): string => join(folder, `node-${node}.yaml`);
  const nodes = new Map<number, Run>();
  built.defer(async () => {
    await Promise.all([...nodes.values()].map((run) => run[Symbol.asyncDispose]()));
  });
  const start = async (node: number): Promise<void> => {
    const { publicPort, adminPort } = targets[node] ?? { publicPort: 0, adminPort: 0 };
    const settings = {
      ...demoConfig({ fixtures, origins, publicOrigin: origin, publicPort, adminPort }),
      log: { level: 'warn' },
      signIn: { pollingInterval: '0s' },
      store: { kind: 'sqlite', file: join(folder, 'kinpass.db') },
      keys: { directory: join(folder, 'keys') },
      shutdown: { delay: '1s', grace: '10s' },
      overload: { maxDelay: '1m' }, // by other programs of this machine
      ...answersFromAdobe,
      ...changes,
      adobe: {
        origin: `http://localhost:${adobe.port}`, // whose cookies are those of the simulated Adobe
        throttle: { perSecond: 1_000, burst: 1_000 },
        ...(changes['adobe'] as object | undefined),
      },
    };
    writeFileSync(settingsFile(node), JSON.stringify(settings));
    await nodes.get(node)?.[Symbol.asyncDispose]();
    const command = ['serve', '--config', settingsFile(node), ...args];
    const run = runKinpass(command, {
      timeout: 36_000_000,
      env: env(node),
      ...(options.program && { node: options.program }),
    });
    nodes.set(node, run);
    await run.until(/Kinpass serves/);
  };
  // One after the other: the first makes keys and database.
  for (const node of targets.keys()) await start(node);
  await balancer?.untilReady(count);
  await trustKeys(simulator, origin);

  const viewers = createViewers(simulator, origin);
  const kept = built.move();
  return {
    origin,
    addresses: targets.map(({ publicPort }) => `http://127.0.0.1:${publicPort}`),
    adminOrigins: targets.map(({ adminPort }) => `http://127.0.0.1:${adminPort}`),
    simulator,
    adobe,
    balancer,
    folder,
    node: (index) => {
      const run = nodes.get(index);
      if (!run) throw new Error(`there is no node ${index}`);
      return run;
    },
    settingsFile,
    start,
    ...viewers,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
};
