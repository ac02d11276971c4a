import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createAdminClient } from '../support/admin.ts';
import { freePort } from '../support/free-port.ts';
import { minimalSettings } from '../support/minimal-settings.ts';
import { runKinpass } from '../support/run-kinpass.ts';
import { childrenOf } from '../support/start-workers.ts';

test('a worker that the system cannot start takes nobody with it, and is tried again', {
  timeout: 90_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-node-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const node = join(folder, 'node');
  copyFileSync(process.execPath, node);
  const [port, adminPort] = [await freePort(), await freePort()];
  const settings = minimalSettings({
    public: { port, host: '127.0.0.1' },
    admin: { port: adminPort, host: '127.0.0.1' },
  });
  await using run = runKinpass(['serve', '--config', 'kinpass.yaml', '--workers', '2'], {
    node,
    timeout: 80_000,
  });
  writeFileSync(join(run.folder, 'kinpass.yaml'), JSON.stringify(settings));
  await run.until(/Kinpass serves/);
  const admin = createAdminClient(`http://127.0.0.1:${adminPort}`);
  const [victim = 0, survivor] = childrenOf(run.pid);

  renameSync(node, `${node}.gone`);
  process.kill(victim, 'SIGKILL');
  await run.until(/ENOENT.*a worker does not start; it is tried again/);
  expect(childrenOf(run.pid)).toContain(survivor);
  renameSync(`${node}.gone`, node);
  await expect.poll(async () => (await admin.get('/readyz')).status, { timeout: 30_000 }).toBe(200);
  expect(childrenOf(run.pid)).toHaveLength(2);
});
