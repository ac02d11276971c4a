import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '@kinpass/simulator';
import { createBrowser } from '@kinpass/simulator/browser';
import {
  type Control,
  createControl,
  createDevice,
  type Device,
  demoDevices,
  signInOnTv,
} from '@kinpass/simulator/client';
import { demoConfig } from '#src/cli/demo/config';
import { portsFrom } from '#src/cli/demo/simulator-ports';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createAdminClient } from './admin.ts';
import { freePort } from './free-port.ts';
import type { Target } from './readiness.ts';
import { type Run, runKinpass } from './run-kinpass.ts';
import { trustKeys } from './start-workers.ts';

export interface BalancerLike extends AsyncDisposable {
  readonly port: number;
  untilReady(count: number): Promise<void>;
}

export interface FleetOptions<B extends BalancerLike> {
  readonly balance: (targets: readonly Target[]) => Promise<B>;
  readonly nodes?: number;
  /** Of each node. */
  readonly workers?: number;
  /** Laid over the demo's; by default all nodes have one SQLite file and one folder of keys. */
  readonly settings?: Record<string, unknown>;
}

export interface Node extends Target {
  readonly run: Run;
  /** Of its own public listener, past the balancer. */
  readonly address: string;
  readonly admin: ReturnType<typeof createAdminClient>;
}

interface Restarted {
  readonly exitCode: number | null;
  /** Everything that it printed before. */
  readonly output: string;
  /** Milliseconds until it was ready again. */
  readonly startedIn: number;
}

export interface Fleet<B = BalancerLike> extends AsyncDisposable {
  /** Of the balancer: where apps and browsers reach the gateways. */
  readonly origin: string;
  readonly balancer: B;
  readonly simulator: Simulator;
  readonly control: Control;
  node(index: number): Node;
  /** Starts a node that has ended; resolves when all are ready. `bin`: the program of another version. */
  start(index: number, bin?: string): Promise<void>;
  /** SIGTERM, and the same again once it has ended; resolves when the balancer sends requests there. */
  restart(index: number, bin?: string): Promise<Restarted>;
  /** As by `kill -9`; resolves when the balancer knows. */
  kill(index: number): Promise<void>;
  /** A TV with an address of its own. */
  tv(address: string): Device;
  /** The same, its viewer signed in. */
  signIn(user: string, address: string): Promise<Device>;
}

/** Several gateways, each a process of its own, on one store, behind a balancer. */
export const startFleet = async <B extends BalancerLike>({
  balance,
  nodes: count = 2,
  workers = 1,
  settings: changes = {},
}: FleetOptions<B>): Promise<Fleet<B>> => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-fleet-'));
  const targets: Target[] = [];
  for (let index = 0; index < count; index += 1)
    targets.push({ publicPort: await freePort(), adminPort: await freePort() });
  const balancer = await balance(targets);
  const origin = `http://localhost:${balancer.port}`;
  const ports = portsFrom(0);
  const simulator = await startSimulator({ host: '127.0.0.1', ports, gatewayOrigin: origin, throttle: null });
  const { fixtures, origins } = simulator;

  const run = ({ publicPort, adminPort }: Target, bin?: string): Run => {
    const file = join(folder, `${publicPort}.yaml`);
    const settings = {
      ...demoConfig({ fixtures, origins, publicOrigin: origin, publicPort, adminPort }),
      log: { level: 'warn' },
      overload: { maxDelay: '1m' }, // by other tests
      store: { kind: 'sqlite', file: join(folder, 'kinpass.db') },
      keys: { directory: join(folder, 'keys') },
      shutdown: { delay: '1s', grace: '10s' },
      ...changes,
      adobe: {
        origin: origins.adobe,
        throttle: { perSecond: 1_000, burst: 1_000 },
        ...(changes['adobe'] as object),
      },
    };
    writeFileSync(file, JSON.stringify(settings));
    const args = ['serve', '--config', file, '--workers', String(workers)];
    return runKinpass(args, { timeout: 3_600_000, ...(bin && { bin }) });
  };
  const nodeOf = (target: Target, started: Run): Node => ({
    ...target,
    run: started,
    address: `http://127.0.0.1:${target.publicPort}`,
    admin: createAdminClient(`http://127.0.0.1:${target.adminPort}`),
  });
  // One after the other: the first makes keys and tables.
  const nodes: Node[] = [];
  for (const target of targets) {
    const started = nodeOf(target, run(target));
    nodes.push(started);
    await started.run.until(/Kinpass serves/);
  }
  await balancer.untilReady(count);
  await trustKeys(simulator, origin);

  const node = (index: number): Node => {
    const found = nodes[index];
    if (!found) throw new Error(`there is no node ${index}`);
    return found;
  };
  const start = async (index: number, bin?: string): Promise<void> => {
    const target = node(index);
    nodes[index] = nodeOf(target, run(target, bin));
    await balancer.untilReady(count);
  };
  const tv = (address: string): Device =>
    createDevice({
      gateway: origin,
      app: named(fixtures.apps, 'ref30-tv'),
      device: { ...demoDevices.tv, id: `tv at ${address}`, address },
      clock: systemClock,
      ids: systemIds,
    });

  return {
    origin,
    balancer,
    simulator,
    control: createControl(origins.adobe),
    node,
    start,
    restart: async (index, bin) => {
      const before = node(index).run;
      before.signal('SIGTERM');
      const exitCode = await before.ended;
      const { output } = before;
      await before[Symbol.asyncDispose]();
      const started = systemClock.monotonic();
      await start(index, bin);
      return { exitCode, output, startedIn: systemClock.monotonic() - started };
    },
    kill: async (index) => {
      await node(index).run[Symbol.asyncDispose]();
      await balancer.untilReady(count - 1);
    },
    tv,
    signIn: async (id, address) => {
      const device = tv(address);
      const user = named(fixtures.users, id);
      await signInOnTv(device, { browser: createBrowser({ address }), provider: 'dtc', user });
      return device;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.map(({ run }) => run[Symbol.asyncDispose]()));
      await balancer[Symbol.asyncDispose]();
      await simulator.close();
      rmSync(folder, { recursive: true });
    },
  };
};

const named = <T extends { readonly id: string }>(all: readonly T[], id: string): T => {
  const found = all.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`the simulated world has no ${id}`);
  return found;
};
