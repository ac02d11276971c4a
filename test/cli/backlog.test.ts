import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

/** More than Node.js lets wait by default (511). */
const crowd = 1_000;

const systemAllows = (): boolean => {
  try {
    return Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8')) >= crowd;
  } catch {
    return false;
  }
};

test.skipIf(!systemAllows())('a crowd is connected while the process has no time to accept it', async () => {
  const script = fileURLToPath(new URL('processes/listening.ts', import.meta.url));
  const args = ['--conditions=kinpass-source', script];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout), 'line');
  child.kill('SIGSTOP');
  const sockets = Array.from({ length: crowd }, () => connect(Number(line), '127.0.0.1'));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  expect(sockets.every(({ connecting }) => !connecting)).toBe(true);
});
