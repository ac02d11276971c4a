import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { within } from '../support/within.ts';
import { sealingKey, temporaryFile } from './sqlite-files.ts';
import { canHoldDisk, createSyncGate } from './sync-gate.ts';

/** A process with stores, behind a gate; says what it is told to do. */
const startStores = async () => {
  const gate = await createSyncGate();
  const script = join(import.meta.dirname, 'processes', 'answer.ts');
  const key = Buffer.from(sealingKey).toString('hex');
  const child = spawn(process.execPath, ['--conditions=kinpass-source', script, await temporaryFile(), key], {
    env: { ...process.env, ...gate.env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /** The next lines that it says. */
  const hear = async (count = 1): Promise<string[]> => {
    const heard: string[] = [];
    while (heard.length < count)
      heard.push((await within(20_000, 'a line', lines.next())).value ?? 'nothing');
    return heard;
  };
  const tell = (command: string): boolean => child.stdin.write(`${command}\n`);
  expect(await hear()).toEqual(['ready']);
  return { gate, tell, hear, child };
};

/** One write, of which the disk has not said that it is there. */
const startWaiting = async () => {
  const stores = await startStores();
  stores.tell('write 1');
  await stores.hear(2);
  stores.gate.close();
  stores.tell('write 1');
  expect(await stores.hear()).toEqual(['sent']);
  await stores.gate.arrival();
  return stores;
};

describe.skipIf(!canHoldDisk)('while the disk keeps a commit waiting', () => {
  test('nothing is acknowledged, and reads are answered from before it', async () => {
    const { gate, tell, hear } = await startWaiting();
    for (let reads = 0; reads < 20; reads += 1) {
      tell('read');
      expect(await hear()).toEqual(['read 1 of 2']);
    }
    gate.open();
    expect(await hear()).toEqual(['written']);
    tell('read');
    expect(await hear()).toEqual(['read 2 of 2']);
  });

  test('whatever arrives is committed together, by one more wait for the disk', async () => {
    const { gate, tell, hear } = await startWaiting();
    tell('write 200');
    expect(await hear()).toEqual(['sent']);
    gate.letPass();
    expect(await hear()).toEqual(['written']);
    await gate.arrival();
    tell('read');
    expect(await hear()).toEqual(['read 2 of 202']);
    gate.letPass();
    expect(await hear(200)).toEqual(Array(200).fill('written'));
    expect(gate.arrived).toBe(2);
  });

  test('closing waits for it, and keeps the process alive until then', async () => {
    const { gate, tell, hear, child } = await startWaiting();
    tell('write 1');
    tell('close');
    expect(await hear()).toEqual(['sent']);
    gate.open();
    expect(await hear(2)).toEqual(['written', 'written']);
    child.stdin.end();
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
  });

  test('a process that forgets to close ends after it', async () => {
    const { gate, hear, child } = await startWaiting();
    child.stdin.end();
    gate.open();
    expect(await hear()).toEqual(['written']);
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
  });
});
