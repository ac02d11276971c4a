import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readWorkers } from '#src/cli/workers/count';
import { eventually } from '../../support/eventually.ts';
import { minimalSettings } from '../../support/minimal-settings.ts';
import { runKinpass } from '../../support/run-kinpass.ts';
import { isAlive, startWorkers } from '../../support/start-workers.ts';

// Several processes start in each test, beside those of other tests.
vi.setConfig({ testTimeout: 120_000 });

const serve = (settings: object) => {
  const run = runKinpass(['serve', '--config', 'kinpass.yaml', '--workers', '2']);
  writeFileSync(join(run.folder, 'kinpass.yaml'), JSON.stringify(settings));
  return run;
};

test.for(['0', '257', '-1', 'two', '2.5', ''])('"%s" is no number of workers', (workers) => {
  const hint = `"${workers}" is neither a number of workers (1 to 256) nor auto`;
  expect(() => readWorkers(workers)).toThrow(expect.objectContaining({ field: '--workers', hint }));
});

test('workers are as many as the option says, else the variable, else one', () => {
  expect([readWorkers('4'), readWorkers('auto'), readWorkers(undefined)]).toEqual([
    4,
    availableParallelism(),
    1,
  ]);
  vi.stubEnv('KINPASS_WORKERS', '3');
  onTestFinished(() => void vi.stubEnv('KINPASS_WORKERS', undefined));
  expect([readWorkers(undefined), readWorkers('2')]).toEqual([3, 2]);
  vi.stubEnv('KINPASS_WORKERS', 'many');
  expect(() => readWorkers(undefined)).toThrow(expect.objectContaining({ field: 'KINPASS_WORKERS' }));
});

test('a store in memory is refused, since workers could not share it', async () => {
  await using run = serve(minimalSettings({ store: { kind: 'memory' } }));
  expect(await run.ended).toBe(1);
  expect(run.output).toMatch(/store\.kind.*several workers cannot share a store in memory/s);
});

test('ports in use are named at once, each with its setting', async () => {
  const others = [createServer(), createServer()];
  const ports: number[] = [];
  for (const other of others) {
    await once(other.listen(0, '0.0.0.0'), 'listening');
    const address = other.address();
    ports.push(typeof address === 'object' && address ? address.port : 0);
  }
  const [open = 0, admin = 0] = ports;
  const settings = minimalSettings({ public: { port: open }, admin: { port: admin, host: '127.0.0.1' } });
  await using run = serve(settings);
  expect(await run.ended).toBe(1);
  expect(run.output).toMatch(new RegExp(`Port ${open} is in use.*KINPASS_PUBLIC_PORT`));
  expect(run.output).toMatch(new RegExp(`Port ${admin} is in use.*KINPASS_ADMIN_PORT`));
  for (const other of others) other.close();
});

test('if a worker cannot be replaced, the gateway ends with an error, and nothing is left behind', async () => {
  await using t = await startWorkers(2);
  const [victim = 0, other = 0] = t.workers();
  writeFileSync(join(t.run.folder, 'keys', 'sealing.secret'), 'not a key');
  process.kill(victim, 'SIGKILL');
  await t.run.until(/a worker does not start; it is tried again/);
  expect((await t.admin.get('/readyz')).status).toBe(503);
  expect((await t.get('/.well-known/service-token-jwks.json')).status).toBe(200);
  expect(await t.run.ended).toBe(1);
  expect(t.run.output).toContain('A worker of the gateway does not start.');
  await eventually(() => expect([victim, other].filter(isAlive)).toEqual([]));
});
