import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { within } from '../support/within.ts';

/** Whether a process can be made to wait for the disk. Where it cannot, those tests are skipped. */
export const canHoldDisk =
  process.platform === 'linux' && spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0;

if (!canHoldDisk) console.warn('No C compiler (cc) on Linux: tests that hold up the disk are skipped.');

export interface SyncGate {
  /** For the process whose disk it is. */
  readonly env: Record<string, string>;
  /** From now on whoever waits for the disk waits on. Until then everybody passes. */
  close(): void;
  /** Resolves when somebody waits; each of them is told once. */
  arrival(): Promise<void>;
  /** Lets those who wait pass, and nobody else. */
  letPass(): void;
  /** Everybody passes. */
  open(): void;
  /** How many have come since it was closed. */
  readonly arrived: number;
}

export const createSyncGate = async (): Promise<SyncGate> => {
  const folder = await mkdtemp(join(tmpdir(), 'kinpass-gate-'));
  const [library, path] = [join(folder, 'sync-gate.so'), join(folder, 'gate')];
  const source = join(import.meta.dirname, 'sync-gate.c');
  const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-o', library, source, '-ldl']);
  if (status !== 0) throw new Error(String(stderr));

  let isClosed = false;
  let arrived = 0;
  let told = 0;
  let tell = Promise.withResolvers<void>();
  const waiting: Socket[] = [];
  const letPass = (): void => {
    for (const socket of waiting.splice(0)) socket.end();
  };
  const server = createServer((socket) => {
    socket.on('error', () => {}); // whoever waited was killed
    socket.resume();
    waiting.push(socket);
    if (!isClosed) return letPass();
    arrived += 1;
    tell.resolve();
  }).listen(path);
  await once(server, 'listening');
  onTestFinished(async () => {
    isClosed = false;
    letPass();
    server.close();
    await rm(folder, { recursive: true });
  });

  return {
    env: { LD_PRELOAD: library, SYNC_GATE: path },
    close: () => {
      isClosed = true;
    },
    arrival: async () => {
      if (arrived === told) await within(20_000, 'a wait for the disk', tell.promise);
      told += 1;
      tell = Promise.withResolvers();
    },
    letPass,
    open: () => {
      isClosed = false;
      letPass();
    },
    get arrived() {
      return arrived;
    },
  };
};
