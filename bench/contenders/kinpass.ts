import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { defaultFixtures, type Origins } from '@kinpass/simulator';
import { demoConfig } from '#src/cli/demo/config';
import { copyDatabase } from '../accounts/database.ts';
import type { Memory } from '../measure/probe.ts';
import { largeServiceProvider } from '../parties/answers.ts';
import type { Target } from '../rows/row.ts';
import { ask, forkProbed, type Server, serverOf } from './process.ts';

interface Options {
  /** Of which the gateway is run. */
  readonly clone: string;
  readonly port: number;
  readonly accounts: number;
  readonly adobe: string;
  /** Where the identity providers are, if anybody signs in. */
  readonly identity?: Partial<Origins>;
  /** Microseconds to waste in each request. */
  readonly plant: number;
  /** The URL of an empty database, to be used instead of a file. */
  readonly postgres?: string | undefined;
  /** Laid over what `settingsOf` returns. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Kinpass extends Server {
  readonly pid: number;
  readonly target: Target;
  /** Milliseconds from the start of the process until it served. */
  readonly startedIn: number;
  memory(): Promise<Memory>;
  profile(): Promise<void>;
  profiled(): Promise<unknown>;
}

/** What it ships with, but for the places and the rates that one machine would exceed by itself. */
export const settingsOf = (
  { port, adobe, identity }: Pick<Options, 'port' | 'adobe' | 'identity'>,
  folder: string,
) => {
  const nowhere = 'http://127.0.0.1:9';
  const parties = { mvpd: nowhere, dtc: nowhere, google: nowhere, facebook: nowhere, apple: nowhere };
  const demo = demoConfig({
    fixtures: defaultFixtures,
    origins: { ...parties, ...identity, adobe },
    publicOrigin: `http://127.0.0.1:${port}`,
    publicPort: port,
    adminPort: 0,
  });
  return {
    ...demo,
    log: { level: 'info' },
    overload: undefined,
    store: { kind: 'sqlite', file: join(folder, 'kinpass.db') },
    keys: { directory: join(folder, 'keys') },
    adobe: { origin: adobe, throttle: { perSecond: 1_000, burst: 1_000 } },
    signIn: { pollingInterval: '0s' },
    apps: demo.apps?.map((app) => ({
      ...app,
      serviceProviders: [...app.serviceProviders, largeServiceProvider],
    })),
  };
};

/** Its log is read from then on. Errors: an Error if it ends before it serves. */
const untilServing = async (child: ChildProcess): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes('Kinpass serves')) resolve();
  });
  child.once('exit', () => reject(new Error('kinpass ended before it served')));
  await promise;
};

interface MemoryLimits {
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What `kinpass serve` sets when it starts, which it cannot do below a probe. Earlier versions set nothing. */
const memoryOf = async (clone: string): Promise<MemoryLimits> => {
  const file = join(clone, 'bin/memory.js');
  return existsSync(file) ? import(pathToFileURL(file).href) : { flags: [], environment: {} };
};

/** `kinpass serve` on a database file, its log read from a pipe. */
export const startKinpass = async (options: Options): Promise<Kinpass> => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-bench-run-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await copyDatabase(options, folder);
  const program = join(options.clone, 'bin/kinpass.js');
  const settings = { ...settingsOf(options, folder), ...options.settings };
  const file = join(folder, 'kinpass.yaml');
  writeFileSync(file, JSON.stringify(settings));
  const config =
    options.postgres === undefined
      ? file
      : await moveToPostgres({ program, file, settings, url: options.postgres });

  const started = performance.now();
  const { flags, environment } = await memoryOf(options.clone);
  const child = forkProbed(program, ['serve', '--config', config], {
    ...(options.plant > 0 && { preload: ['../measure/busy-loop.ts'] }),
    flags,
    env: { ...environment, BENCH_PLANT: String(options.plant) },
  });
  await untilServing(child);
  const origin = `http://127.0.0.1:${options.port}`;
  const startedIn = performance.now() - started;
  return {
    ...serverOf(child, origin),
    pid: child.pid ?? 0,
    target: { origin, accounts: options.accounts, folder },
    startedIn,
    memory: async () => (await ask(child, 'memory')) as Memory,
    profile: async () => void (await ask(child, 'profile')),
    profiled: () => ask(child, 'profiled'),
  };
};

interface Move {
  readonly program: string;
  /** With these settings. */
  readonly file: string;
  readonly settings: object;
  readonly url: string;
}

/** The same accounts in PostgreSQL; the settings for it. */
const moveToPostgres = async ({ program, file, settings, url }: Move): Promise<string> => {
  const other = file.replace('.yaml', '.postgres.yaml');
  const store = { kind: 'postgres', url, tls: { mode: 'disable' } };
  writeFileSync(other, JSON.stringify({ ...settings, store }));
  const between = ['--from', 'sqlite', '--to', 'postgres', '--config', file, '--other', other];
  await promisify(execFile)(process.execPath, [
    program,
    'store',
    'copy',
    '--finish',
    ...between,
    '--reason',
    'bench',
  ]);
  return other;
};
