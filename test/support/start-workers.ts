import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '@kinpass/simulator';
import { createBrowser } from '@kinpass/simulator/browser';
import {
  type Control,
  createControl,
  createDevice,
  type Device,
  demoDevices,
  request,
  signInOnTv,
} from '@kinpass/simulator/client';
import { demoConfig } from '#src/cli/demo/config';
import { portsFrom } from '#src/cli/demo/simulator-ports';
import { systemClock } from '#src/lib/clock';
import { systemIds } from '#src/lib/ids';
import { createAdminClient } from './admin.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { type Run, runKinpass } from './run-kinpass.ts';

type Settings = ReturnType<typeof demoConfig>;

export interface WorkersWorld extends AsyncDisposable {
  readonly run: Run;
  readonly origin: string;
  readonly simulator: Simulator;
  readonly control: Control;
  readonly admin: ReturnType<typeof createAdminClient>;
  /** Process ids, in no order. */
  workers(): number[];
  /** Another file takes the place of the settings. */
  write(changes: Partial<Settings>): void;
  /** A device whose viewer is signed in. */
  signIn(name: keyof typeof demoDevices, user: string): Promise<Device>;
  /** One request over a connection of its own, which reaches any worker. */
  get(path: string, headers?: Record<string, string>): Promise<{ status: number; body: string }>;
  /** The same, as it comes. */
  open(path: string, headers: Record<string, string>): Promise<[IncomingMessage, ClientRequest]>;
}

/** `kinpass serve --workers` as a person runs it, beside a simulated world. */
export const startWorkers = async (
  count: number,
  changes: Partial<Settings> = {},
  env: Record<string, string> = {},
): Promise<WorkersWorld> => {
  const [publicPort, adminPort] = [await freePort(), await freePort()];
  const origin = `http://localhost:${publicPort}`;
  const simulator = await startSimulator({
    host: '127.0.0.1',
    ports: portsFrom(0),
    gatewayOrigin: origin,
  });
  const { fixtures, origins } = simulator;
  const settings: Settings = {
    ...demoConfig({ fixtures, origins, publicOrigin: origin, publicPort, adminPort }),
    log: { level: 'info' },
    overload: { maxDelay: '1m' }, // by other tests
    ...changes,
    adobe: { origin: origins.adobe, ...changes.adobe },
  };
  const run = runKinpass(['serve', '--config', 'kinpass.yaml', '--workers', String(count)], {
    timeout: 60_000,
    env,
  });
  const write = (changed: Partial<Settings>) => {
    const file = join(run.folder, 'kinpass.yaml');
    writeFileSync(`${file}.new`, JSON.stringify({ ...settings, ...changed }));
    renameSync(`${file}.new`, file);
  };
  write({});
  await run.until(/Kinpass serves/);
  const open: WorkersWorld['open'] = async (path, headers) => {
    const sent = get(`http://127.0.0.1:${publicPort}${path}`, {
      agent: false,
      headers: { host: `localhost:${publicPort}`, ...headers },
    });
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return [answer.setEncoding('utf8'), sent];
  };
  return {
    run,
    origin,
    simulator,
    control: createControl(origins.adobe),
    admin: createAdminClient(`http://127.0.0.1:${adminPort}`),
    workers: () => childrenOf(run.pid),
    write,
    signIn: async (name, id) => {
      await trustKeys(simulator, origin);
      const user = fixtures.users.find((candidate) => candidate.id === id);
      const app = fixtures.apps.find((candidate) => candidate.id === 'ref30-tv');
      if (!user || !app) throw new Error(`the simulated world has no ${id}`);
      const device = createDevice({
        gateway: origin,
        app,
        device: demoDevices[name],
        clock: systemClock,
        ids: systemIds,
      });
      await signInOnTv(device, {
        browser: createBrowser({ address: device.address }),
        provider: 'dtc',
        user,
      });
      return device;
    },
    open,
    get: async (path, headers = {}) => {
      const [answer] = await open(path, headers);
      let body = '';
      for await (const chunk of answer) body += chunk;
      return { status: answer.statusCode ?? 0, body };
    },
    [Symbol.asyncDispose]: async () => {
      const left = childrenOf(run.pid);
      await run[Symbol.asyncDispose]();
      await eventually(() => {
        if (left.some(isAlive)) throw new Error('a worker is left behind');
      });
      await simulator.close();
    },
  };
};

export const trustKeys = async (simulator: Simulator, origin: string): Promise<void> => {
  const { body } = await request({ url: `${origin}/.well-known/service-token-jwks.json` });
  for (const key of body['keys'] as Parameters<Simulator['trustServiceTokenKey']>[0][])
    simulator.trustServiceTokenKey(key);
};

/** Process ids, in no order. */
export const childrenOf = (pid: number | undefined): number[] => {
  try {
    const list = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
    return list.trim().split(/\s+/).map(Number);
  } catch {
    return []; // ps fails where it finds none
  }
};

export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
