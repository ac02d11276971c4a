/** A PostgreSQL server of one's own, in a temporary folder. Needs no test runner. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

export interface OwnPostgres {
  /** Of a superuser, without a password. */
  readonly url: string;
  readonly port: number;
  /** With the data, the socket, and whatever a test puts there. */
  readonly folder: string;
  readonly pid: number | undefined;
  /** Another server, which follows this one until it is promoted. */
  startStandby(): Promise<OwnPostgres>;
  /** Ends it at once, as a crash would, or as a shutdown does; its folder is removed. */
  stop(signal?: 'SIGINT' | 'SIGQUIT'): Promise<void>;
}

interface Options {
  /** As in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Called before it starts: puts files beside the data, owned by whom the server runs as. */
  readonly prepare?: (folder: string, own: (path: string) => Promise<void>) => Promise<void>;
  /** Megabytes of a file system that only the server sees, at `small` in the folder. Needs root. */
  readonly small?: number;
}

/** Debian's, newest first, then those on the PATH. */
export const findBinaries = async (): Promise<string | undefined> => {
  const debian = '/usr/lib/postgresql';
  const versions = await readdir(debian).catch(() => []);
  const newestFirst = versions.map(Number).sort((a, b) => b - a);
  for (const folder of [
    ...newestFirst.map((version) => join(debian, String(version), 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ]) {
    const found = await access(join(folder, 'initdb')).then(
      () => true,
      () => false,
    );
    if (found) return folder;
  }
  return undefined;
};

export const answers = async (url: string): Promise<boolean> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
};

/** A server that runs already: named by the environment, or on this machine. */
export const findRunningServer = async (): Promise<string | undefined> => {
  const named = process.env['KINPASS_TEST_POSTGRES_URL'];
  const local = `postgres://${userInfo().username}@127.0.0.1:5432/test`;
  return named || ((await answers(local)) ? local : undefined);
};

/** PostgreSQL does not run as root: then it runs as the user that its package made. */
const ownerOf = async (): Promise<{ uid: number; gid: number } | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = async (option: string) => Number((await run('id', [option, 'postgres'])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
};

/** `fill`: makes the data in a folder that is there, given options for who owns it. */
const start = async (
  binaries: string,
  { settings = {}, prepare, small }: Options,
  fill: (data: string, options: object) => Promise<unknown>,
): Promise<OwnPostgres> => {
  const owner = await ownerOf();
  const folder = await mkdtemp(join(tmpdir(), 'kinpass-postgres-'));
  const own = async (path: string) => owner && chown(path, owner.uid, owner.gid);
  await own(folder);
  const options = { ...owner, cwd: folder };
  const data = join(folder, 'data');
  await fill(data, options);
  await prepare?.(folder, async (path) => void (await own(path)));
  const port = await freePort();
  const server = [
    join(binaries, 'postgres'),
    ...['-D', data, '-p', String(port), '-k', folder],
    ...Object.entries({ listen_addresses: '127.0.0.1', ...settings }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]),
  ];
  let [command = '', ...args] = server;
  if (small !== undefined && owner) {
    const { uid, gid } = owner;
    await mkdir(join(folder, 'small'));
    const script = [
      `mount -t tmpfs -o size=${small}m,mode=0700,uid=${uid},gid=${gid} kinpass ${join(folder, 'small')}`,
      `exec setpriv --reuid ${uid} --regid ${gid} --clear-groups "$@"`,
    ];
    [command, args] = ['unshare', ['-m', 'sh', '-ec', script.join('\n'), 'sh', ...server]];
  }
  const child = spawn(command, args, {
    ...(small === undefined ? options : { cwd: folder }),
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const stop: OwnPostgres['stop'] = async (signal = 'SIGINT') => {
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `postgres://kinpass@127.0.0.1:${port}/postgres`;
  const startStandby = () =>
    start(binaries, { settings }, (copy, as) =>
      run(
        join(binaries, 'pg_basebackup'),
        ['-D', copy, '-d', url.replace(/postgres$/, ''), '-R', '-c', 'fast', '--no-sync'],
        as,
      ),
    );
  while (child.exitCode === null)
    if (await answers(url)) return { url, port, folder, pid: child.pid, startStandby, stop };
  await stop();
  throw new Error('the server ended');
};

export const startPostgres = (binaries: string, options: Options = {}): Promise<OwnPostgres> =>
  start(binaries, options, (data, as) =>
    run(
      join(binaries, 'initdb'),
      ['-D', data, '-U', 'kinpass', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      as,
    ),
  );
