/** Before the tests of a run: finds a PostgreSQL server, starts one, or says why the tests that need one are skipped. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { freePort } from './free-port.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Empty if there is no server. */
    postgresUrl: string;
  }
}

const run = promisify(execFile);

/** Debian's, newest first, then those on the PATH. */
const findBinaries = async (): Promise<string | undefined> => {
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

const answers = async (url: string): Promise<boolean> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
};

/** PostgreSQL does not run as root: then it runs as the user that its package made. */
const ownerOf = async (): Promise<{ uid: number; gid: number } | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = async (option: string) => Number((await run('id', [option, 'postgres'])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
};

const startServer = async (binaries: string): Promise<{ url: string; stop(): Promise<void> }> => {
  const owner = await ownerOf();
  const folder = await mkdtemp(join(tmpdir(), 'kinpass-postgres-'));
  if (owner) await chown(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const options = { ...owner, cwd: folder };
  await run(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'kinpass', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    options,
  );
  const port = await freePort();
  const server = spawn(
    join(binaries, 'postgres'),
    ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'],
    { ...options, stdio: 'ignore' },
  );
  const ended = once(server, 'exit');
  const stop = async () => {
    server.kill('SIGINT'); // fast shutdown
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `postgres://kinpass@127.0.0.1:${port}/postgres`;
  while (server.exitCode === null) if (await answers(url)) return { url, stop };
  await stop();
  throw new Error('the server ended');
};

export const setup = async (project: TestProject): Promise<(() => Promise<void>) | undefined> => {
  const named = process.env['KINPASS_TEST_POSTGRES_URL'];
  const local = `postgres://${userInfo().username}@127.0.0.1:5432/test`;
  if (named || (await answers(local))) {
    project.provide('postgresUrl', named || local);
    return undefined;
  }
  const skip = (why: string) => {
    console.warn(`The tests on PostgreSQL are skipped: ${why}. KINPASS_TEST_POSTGRES_URL may name a server.`);
    project.provide('postgresUrl', '');
    return undefined;
  };
  const binaries = await findBinaries();
  if (!binaries)
    return skip('no server runs at 127.0.0.1:5432 with a database "test", and initdb is not here');
  try {
    const { url, stop } = await startServer(binaries);
    project.provide('postgresUrl', url);
    return stop;
  } catch (error) {
    return skip(`a server could not be started (${error instanceof Error ? error.message : error})`);
  }
};
