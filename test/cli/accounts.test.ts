import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { openExistingStores } from '#src/cli/open-stores';
import { parseConfig } from '#src/config/load';
import { createGateway } from '#src/gateway';
import { minimalSettings } from '../support/minimal-settings.ts';
import { runKinpass } from '../support/run-kinpass.ts';

/** By another process: one that closes a file gives up the locks that it holds on it, also those of SQLite. */
const bytesOf = (file: string): Buffer => execFileSync('cat', [file]);

/** A gateway that is running, with one account that was linked before authorities and proofs were recorded. */
const machine = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-accounts-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const database = join(folder, 'kinpass.db');
  const input = minimalSettings({
    log: { level: 'silent' },
    keys: { directory: join(folder, 'keys') },
    store: { kind: 'sqlite', file: database },
  });
  const file = join(folder, 'kinpass.yaml');
  writeFileSync(file, stringify(input));
  const gateway = await createGateway(parseConfig(input));
  onTestFinished(() => gateway.close());
  return {
    file,
    database,
    stores: () => openExistingStores(parseConfig(input)),
    audit: async (...options: string[]) => {
      await using run = runKinpass(['accounts', 'audit', '--config', file, ...options]);
      return { code: await run.ended, output: run.output };
    },
  };
};

test('the audit lists what it finds beside a running gateway, and changes nothing', async () => {
  const t = await machine();
  expect(await t.audit()).toEqual({ code: 0, output: 'Nothing was found.\n' });

  await using stores = await t.stores();
  await stores.signIns.record({
    grant: 'g1',
    app: 'tv',
    family: 'ref',
    instance: 'i1',
    viewer: 'a1',
    provider: null,
    provenAt: 1,
    createdAt: 1,
    idleAt: 2 ** 42,
  });
  const before = bytesOf(t.database);
  const table = await t.audit();
  expect(table.code).toBe(0);
  expect(table.output.split('\n')).toEqual([
    expect.stringMatching(/^FINDING +FAMILY +ACCOUNT +DETAIL$/),
    expect.stringMatching(/^sign-in-without-provider +ref +a1 +tv on instance i1$/),
    'Findings: 1. Nothing was changed.',
    '',
  ]);
  const { code, output } = await t.audit('--json');
  expect(code).toBe(0);
  expect(JSON.parse(output)).toEqual({
    kind: 'sign-in-without-provider',
    family: 'ref',
    account: 'a1',
    detail: 'tv on instance i1',
  });
  expect(bytesOf(t.database).equals(before)).toBe(true);
});

test('the audit fails only if it cannot look', async () => {
  await using run = runKinpass(['accounts', 'audit', '--config', 'nowhere.yaml']);
  expect(await run.ended).toBe(1);
});
