import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFile } from '../stores/sqlite-files.ts';
import { canHoldDisk, createSyncGate } from '../stores/sync-gate.ts';
import { startProcess } from '../support/start-process.ts';

/** Its database is a file of its own. */
const startServing = async (env: Record<string, string> = {}) => {
  const file = await temporaryFile();
  return { file, ...(await startProcess(file, { env })) };
};

const served = [401, 200];

describe.skipIf(!canHoldDisk)('while the disk is busy', () => {
  test('the gateway answers whoever reads, and whoever writes after it', async () => {
    const gate = await createSyncGate();
    const { register, look } = await startServing(gate.env);
    expect((await register()).status).toBe(201);
    gate.close();
    let registered = false;
    const registering = register().finally(() => {
      registered = true;
    });
    await gate.arrival();
    for (let calls = 0; calls < 20; calls += 1) expect(await look()).toEqual(served);
    expect(registered).toBe(false);
    gate.open();
    expect((await registering).status).toBe(201);
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
      expect((await register()).status).toBe(503);
      refused += 1;
    });
    expect([await look(), refused]).toEqual([served, 0]);
    while (refused === 0) expect(await look()).toEqual(served);
    await Promise.all(registering);
    other.exec('COMMIT');
    expect((await register()).status).toBe(201);
  });

  test('a write that began meanwhile is done when the lock is free', async () => {
    const { file, register, look } = await startServing();
    const other = hold(file);
    const registering = register();
    expect(await look()).toEqual(served);
    other.exec('COMMIT');
    expect((await registering).status).toBe(201);
  });
});
