import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '#src/config/load';
import { createGateway } from '#src/gateway';
import { minimalSettings } from '../support/minimal-settings.ts';
import { runKinpass } from '../support/run-kinpass.ts';

const page = 4_096;

const machine = () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-store-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const database = join(folder, 'data', 'kinpass.db');
  const settings = minimalSettings({
    log: { level: 'silent' },
    keys: { directory: join(folder, 'keys') },
    store: { kind: 'sqlite', file: database },
  });
  const config = join(folder, 'kinpass.yaml');
  writeFileSync(config, stringify(settings));
  return {
    database,
    files: () => readdirSync(join(folder, 'data')).sort(),
    start: () => createGateway(parseConfig(settings)),
    check: async () => {
      await using run = runKinpass(['store', 'check', '--config', config]);
      return { code: await run.ended, output: run.output };
    },
  };
};

test('a whole database is said to be, with its size, and left as it is', async () => {
  const { start, check, database, files } = machine();
  await (await start()).close();
  const { code, output } = await check();
  expect(output).toMatch(/^\S+ is whole: 1 MB, schema \d+, read in \d+\.\d s\.\n$/);
  expect(output).toContain(database);
  expect([code, files()]).toEqual([0, ['kinpass.db']]);
});

test('it is read beside a gateway that uses it', async () => {
  const { start, check } = machine();
  const gateway = await start();
  onTestFinished(() => gateway.close());
  expect((await check()).output).toContain('is whole');
});

test('damage is found, also after a clean stop', async () => {
  const { start, check, database } = machine();
  await (await start()).close();
  const bytes = readFileSync(database);
  bytes.fill(0xff, bytes.length - page);
  writeFileSync(database, bytes);
  const { code, output } = await check();
  expect(output).toContain(`${database} is damaged. Restore it from a backup.`);
  expect(code).toBe(1);
});

test('a database that is not there is not made', async () => {
  const { check, database } = machine();
  const { code, output } = await check();
  expect(output).toContain(`${database} does not exist`);
  expect(code).toBe(1);
});
