import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFile } from '../stores/sqlite-files.ts';
import { canHoldDisk, createSyncGate } from '../stores/sync-gate.ts';
import { minimalSettings } from '../support/minimal-settings.ts';

/** A gateway in a process of its own, and what it is asked. */
const startServing = async (env: Record<string, string> = {}) => {
  const file = await temporaryFile();
  const settings = minimalSettings({
    public: { host: '127.0.0.1', port: 0 },
    admin: { port: 0 },
    keys: { directory: join(file, '../../keys') },
    store: { kind: 'sqlite', file },
  });
  const script = join(import.meta.dirname, 'processes', 'serve.ts');
  const args = ['--conditions=kinpass-source', script, JSON.stringify(settings)];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const [open = '', admin = ''] = line.split(' ').map((port) => `http://127.0.0.1:${port}`);
  return {
    file,
    /** Writes one row. */
    register: async () => {
      const body = JSON.stringify({ software_statement: 'statement' });
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`${open}/o/client/register`, { method: 'POST', body, headers })).status;
    },
    /** A call that reads the database, and one that does not. */
    look: async () => {
      const headers = { authorization: 'Bearer nobody', 'ap-device-identifier': 'fingerprint YWJj' };
      const called = await fetch(`${open}/api/v2/REF30/profiles`, { headers });
      return [called.status, (await fetch(`${admin}/livez`)).status];
    },
  };
};

const served = [401, 200];

describe.skipIf(!canHoldDisk)('while the disk is busy', () => {
  test('the gateway answers whoever reads, and whoever writes after it', async () => {
    const gate = await createSyncGate();
    const { register, look } = await startServing(gate.env);
    expect(await register()).toBe(201);
    gate.close();
    let registered = false;
    const registering = register().finally(() => {
      registered = true;
    });
    await gate.arrival();
    for (let calls = 0; calls < 20; calls += 1) expect(await look()).toEqual(served);
    expect(registered).toBe(false);
    gate.open();
    expect(await registering).toBe(201);
  });
});

describe('while another process holds the lock', () => {
  const hold = (file: string): DatabaseSync => {
    const other = new DatabaseSync(file);
    onTestFinished(() => other.close());
    other.exec('BEGIN IMMEDIATE');
    return other;
  };

  test('the gateway answers whoever reads, and refuses whoever writes in the end', async () => {
    const { file, register, look } = await startServing();
    const other = hold(file);
    let refused = 0;
    const registering = [1, 2, 3].map(async () => {
      expect(await register()).toBe(503);
      refused += 1;
    });
    expect([await look(), refused]).toEqual([served, 0]);
    while (refused === 0) expect(await look()).toEqual(served);
    await Promise.all(registering);
    other.exec('COMMIT');
    expect(await register()).toBe(201);
  });

  test('a write that began meanwhile is done when the lock is free', async () => {
    const { file, register, look } = await startServing();
    const other = hold(file);
    const registering = register();
    expect(await look()).toEqual(served);
    other.exec('COMMIT');
    expect(await registering).toBe(201);
  });
});
