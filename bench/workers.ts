// What several workers cost and bring: one process against two workers, on the same requests, round by round.
// `node --conditions=kinpass-source bench/workers.ts [rounds]` (Linux; the last table needs root and cgroups of version 1 or 2).
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../test/support/free-port.ts';
import { copyDatabase } from './accounts/database.ts';
import { settingsOf } from './contenders/kinpass.ts';
import type { Order } from './load/generator.ts';
import type { Outcome } from './load/outcome.ts';
import { cpuOf, rssOf } from './measure/thread-time.ts';
import { nextMessage } from './next-message.ts';
import { fewAccounts, type Target } from './rows/row.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const rounds = Number(process.argv[2] ?? 7);
/** Milliseconds. */
const slice = 4_000;
/** So few that soon each worker has met each of them. */
const viewers = 100;

const adobeProcess = fork(here('parties/adobe.ts'));
const adobe = await nextMessage<string>(adobeProcess);
const generator = fork(here('load/generator.ts'));

interface Gateway {
  readonly workers: number;
  readonly pid: number;
  readonly target: Target;
}

const start = async (workers: number): Promise<Gateway> => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-bench-workers-'));
  const options = { clone: here('..'), port: await freePort(), accounts: fewAccounts, adobe };
  await copyDatabase(options, folder);
  const config = join(folder, 'kinpass.yaml');
  writeFileSync(config, JSON.stringify(settingsOf(options, folder)));
  const program = here('../bin/kinpass.js');
  const child = spawn(
    process.execPath,
    [program, 'serve', '--config', config, '--workers', String(workers)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  process.once('exit', () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const serving = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes('Kinpass serves')) serving.resolve();
  });
  child.once('exit', () => serving.reject(new Error('kinpass ended before it served')));
  await serving.promise;
  const target = { origin: `http://127.0.0.1:${options.port}`, accounts: viewers, folder };
  return { workers, pid: child.pid ?? 0, target };
};

const load = async ({ target }: Gateway, ms: number): Promise<Outcome> => {
  generator.send({ row: 'profiles', who: 'kinpass', target, ms } satisfies Order);
  const outcome = await nextMessage<Outcome | { failed: string }>(generator);
  if ('failed' in outcome) throw new Error(outcome.failed);
  if (outcome.errors > 0) console.error(`${outcome.errors} errors, ${outcome.firstError}`);
  return outcome;
};

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

/** Holds each process to a quarter of a core. Returns how to let it go; undefined if this machine cannot. */
const hold = (processes: readonly number[]): (() => void) | undefined => {
  const isFirstVersion = existsSync('/sys/fs/cgroup/cpu');
  const root = isFirstVersion ? '/sys/fs/cgroup/cpu' : '/sys/fs/cgroup';
  try {
    const groups = processes.map((pid) => {
      const group = join(root, `kinpass-bench-${pid}`);
      mkdirSync(group);
      if (isFirstVersion) writeFileSync(join(group, 'cpu.cfs_quota_us'), '25000');
      else writeFileSync(join(group, 'cpu.max'), '25000 100000');
      writeFileSync(join(group, 'cgroup.procs'), String(pid));
      return group;
    });
    return () => {
      for (const pid of processes) writeFileSync(join(root, 'cgroup.procs'), String(pid));
      for (const group of groups) rmdirSync(group);
    };
  } catch (error) {
    console.error(`processes cannot be held back here: ${String(error)}`);
    return undefined;
  }
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const spread = (values: readonly number[]): string =>
  `${median(values).toFixed(2)} [${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)}]`;

const one = await start(1);
const two = await start(2);
const gateways = [one, two];
// Until the code is compiled, in each of the processes.
for (let turn = 0; turn < 5; turn += 1) for (const gateway of gateways) await load(gateway, 2 * slice);

/** One value of each gateway in each round; there and back, so that nobody always comes first. */
const compare = async (
  measure: (gateway: Gateway) => Promise<number>,
): Promise<readonly [number, number][]> => {
  const results: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const found = new Map<Gateway, number>();
    for (const gateway of round % 2 === 0 ? gateways : gateways.toReversed())
      found.set(gateway, await measure(gateway));
    results.push([found.get(one) ?? 0, found.get(two) ?? 0]);
  }
  return results;
};

const microsecondsOf = async (gateway: Gateway): Promise<number> => {
  const before = cpuOf(gateway.pid);
  const { requests } = await load(gateway, slice);
  return (cpuOf(gateway.pid) - before) / requests;
};

const tell = (what: string, results: readonly (readonly [number, number])[]): void => {
  console.log(`${what}: one ${spread(results.map(([a]) => a))}, two ${spread(results.map(([, b]) => b))}`);
  console.log(`  two to one: ${spread(results.map(([a, b]) => b / a))}`);
};

tell('CPU of all processes per request, µs', await compare(microsecondsOf));
for (const { workers, pid } of gateways)
  console.log(
    `memory of ${workers === 1 ? 'one' : 'two and their primary'}: ${Math.round(rssOf(pid) / 1e6)} MB`,
  );

const releases = gateways.map(({ pid }) => hold([pid, ...childrenOf(pid)]));
if (releases.every((release) => release !== undefined)) {
  console.log('each process held to a quarter of a core:');
  tell('CPU of all processes per request, µs', await compare(microsecondsOf));
  tell(
    'requests per second',
    await compare(async (each) => (await load(each, slice)).requests / (slice / 1_000)),
  );
}
for (const release of releases) release?.();
for (const { pid } of gateways) process.kill(pid, 'SIGINT');
generator.kill();
adobeProcess.kill();
await once(adobeProcess, 'exit');
process.exit();
