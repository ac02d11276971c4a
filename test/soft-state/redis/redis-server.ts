import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { freePort } from '../../support/free-port.ts';

const binary = 'redis-server';

/** Whether a test can start a server of its own. */
export const hasRedisServer = spawnSync(binary, ['--version']).status === 0;

/** A server that tests may share: they use names of their own, and never empty it. */
export const sharedRedisUrl = process.env['KINPASS_TEST_REDIS_URL'] ?? process.env['REDIS_URL'];

export const noRedis =
  'no redis-server, KINPASS_TEST_REDIS_URL or REDIS_URL: tests of the shared state are skipped';

export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Stops it without telling anyone; connections stay open. */
  pause(): void;
  resume(): void;
  /** As by `kill -9`. */
  kill(): Promise<void>;
  /** On the same port, empty. */
  start(): Promise<void>;
}

export const temporaryFolder = (): { readonly path: string } & Disposable => {
  const path = mkdtempSync(join(tmpdir(), 'kinpass-redis-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
};

/** A server of the test's own, which keeps nothing. */
export const startRedisServer = (...options: string[]): Promise<RedisServer> =>
  startProgram(/Ready to accept connections/, (port, folder) => [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
    ...options,
  ]);

/** A Sentinel that watches this server as `shared`. */
export const startSentinelServer = (primary: RedisServer): Promise<RedisServer> =>
  startProgram(/\+monitor/, (port, folder) => {
    const file = join(folder, 'sentinel.conf');
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor shared 127.0.0.1 ${primary.port} 1`,
      'sentinel down-after-milliseconds shared 500',
      'sentinel failover-timeout shared 1000',
    ];
    writeFileSync(file, lines.join('\n'));
    return [file, '--sentinel'];
  });

const startProgram = async (
  ready: RegExp,
  argsFor: (port: number, folder: string) => string[],
): Promise<RedisServer> => {
  const port = await freePort();
  const folder = temporaryFolder();
  const args = argsFor(port, folder.path);
  let child: ChildProcess;
  const start = async (): Promise<void> => {
    const started = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child = started;
    await untilItSays(ready, started.stdout);
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      folder[Symbol.dispose]();
    },
  };
};

const untilItSays = async (ready: RegExp, output: Readable): Promise<void> => {
  const lines: string[] = [];
  const reader = createInterface(output);
  for await (const line of reader) {
    lines.push(line);
    if (ready.test(line)) break;
  }
  output.resume();
  if (!ready.test(lines.at(-1) ?? '')) throw new Error(lines.join('\n'));
};
