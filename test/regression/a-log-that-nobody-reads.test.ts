import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { minimalSettings } from '../support/minimal-settings.ts';

vi.setConfig({ testTimeout: 60_000 });

const bin = join(import.meta.dirname, '../../bin/kinpass.js');

test('a reader who stopped reading holds up neither requests nor the end of the process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-unread-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [port, adminPort] = [await freePort(), await freePort()];
  const settings = minimalSettings({
    public: { host: '127.0.0.1', port },
    admin: { port: adminPort },
    shutdown: { delay: '0s' },
  });
  writeFileSync(join(folder, 'kinpass.yaml'), JSON.stringify(settings));
  const gateway = spawn(process.execPath, [bin, 'serve', '--config', 'kinpass.yaml'], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void gateway.kill('SIGKILL'));
  const exit = once(gateway, 'exit');
  await once(gateway.stdout, 'data');
  gateway.stdout.pause();

  // A line of some 250 bytes for each request: more than a pipe holds, and what Node reads ahead.
  const ask = async (): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${port}/.well-known/service-token-jwks.json`);
    await answer.body?.cancel();
    return answer.status;
  };
  for (let round = 0; round < 100; round += 1)
    expect(new Set(await Promise.all(Array.from({ length: 10 }, ask)))).toEqual(new Set([200]));
  gateway.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});
