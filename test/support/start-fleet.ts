import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '@kinpass/simulator';
import { createBrowser } from '@kinpass/simulator/browser';
import { createDevice, type Device, demoDevices, signInOnTv } from '@kinpass/simulator/client';
import { demoConfig } from '#src/cli/demo/config';
import { portsFrom } from '#src/cli/demo/simulator-ports';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { type Balancer, startBalancer, type Target } from './balancer.ts';
import { freePort } from './free-port.ts';
import { type Run, runKinpass } from './run-kinpass.ts';
import { trustKeys } from './start-workers.ts';

interface Restarted {
  readonly exitCode: number | null;
  /** Everything that it printed before. */
  readonly output: string;
  /** Milliseconds until it was ready again. */
  readonly startedIn: number;
}

export interface Fleet extends AsyncDisposable {
  /** Of the balancer: where apps and browsers reach the gateways. */
  readonly origin: string;
  readonly balancer: Balancer;
  readonly simulator: Simulator;
  /** SIGTERM, and the same again once it has ended; resolves when the balancer sends requests there. */
  restart(node: number): Promise<Restarted>;
  /** A TV whose viewer is signed in; its address is its own. */
  signIn(user: string, address: string): Promise<Device>;
}

/** Several gateways, each a process of its own, on one SQLite file and one keys folder, behind a balancer. */
export const startFleet = async (count: number): Promise<Fleet> => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-fleet-'));
  const targets: Target[] = [];
  for (let node = 0; node < count; node += 1)
    targets.push({ publicPort: await freePort(), adminPort: await freePort() });
  const balancer = await startBalancer(targets);
  const origin = `http://localhost:${balancer.port}`;
  const ports = portsFrom(0);
  const simulator = await startSimulator({ host: '127.0.0.1', ports, gatewayOrigin: origin, throttle: null });
  const { fixtures, origins } = simulator;

  const start = ({ publicPort, adminPort }: Target): Run => {
    const file = join(folder, `${publicPort}.yaml`);
    const settings = {
      ...demoConfig({ fixtures, origins, publicOrigin: origin, publicPort, adminPort }),
      log: { level: 'warn' },
      overload: { maxDelay: '1m' }, // by other tests
      adobe: { origin: origins.adobe, throttle: { perSecond: 1_000, burst: 1_000 } },
      store: { kind: 'sqlite', file: join(folder, 'kinpass.db') },
      keys: { directory: join(folder, 'keys') },
      shutdown: { delay: '1s', grace: '10s' },
    };
    writeFileSync(file, JSON.stringify(settings));
    return runKinpass(['serve', '--config', file], { timeout: 3_600_000 });
  };
  // One after the other: the first makes keys and database.
  const nodes: Run[] = [];
  for (const target of targets) {
    const run = start(target);
    nodes.push(run);
    await run.until(/Kinpass serves/);
  }
  await balancer.untilReady(count);
  await trustKeys(simulator, origin);

  return {
    origin,
    balancer,
    simulator,
    restart: async (node) => {
      const [before, target] = [nodes[node], targets[node]];
      if (!before || !target) throw new Error(`there is no node ${node}`);
      before.signal('SIGTERM');
      const exitCode = await before.ended;
      const { output } = before;
      await before[Symbol.asyncDispose]();
      const started = systemClock.monotonic();
      nodes[node] = start(target);
      await balancer.untilReady(count);
      return { exitCode, output, startedIn: systemClock.monotonic() - started };
    },
    signIn: async (id, address) => {
      const user = fixtures.users.find((candidate) => candidate.id === id);
      const app = fixtures.apps.find((candidate) => candidate.id === 'ref30-tv');
      if (!user || !app) throw new Error(`the simulated world has no ${id}`);
      const place = { ...demoDevices.tv, id: `tv at ${address}`, address };
      const device = createDevice({
        gateway: origin,
        app,
        device: place,
        clock: systemClock,
        ids: systemIds,
      });
      await signInOnTv(device, { browser: createBrowser({ address }), provider: 'dtc', user });
      return device;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.map((run) => run[Symbol.asyncDispose]()));
      await balancer[Symbol.asyncDispose]();
      await simulator.close();
      rmSync(folder, { recursive: true });
    },
  };
};
