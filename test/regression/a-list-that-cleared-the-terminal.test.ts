import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { openOrCreateKept } from '#src/cli/open-stores';
import { parseConfig } from '#src/config/load';
import { auditRecord } from '../support/builders.ts';
import { minimalSettings } from '../support/minimal-settings.ts';
import { runKinpass } from '../support/run-kinpass.ts';

const folder = mkdtempSync(join(tmpdir(), 'kinpass-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));

const clearsTheTerminal = '\u001b[2J\u009b1A';
const invisible = /[^\P{C}\n]/u;

const file = join(folder, 'kinpass.yaml');
const settings = minimalSettings({
  keys: { directory: join(folder, 'keys') },
  store: { kind: 'sqlite', file: join(folder, 'kinpass.db') },
});
writeFileSync(file, stringify(settings));

const outputOf = async (...args: string[]): Promise<string> => {
  await using run = runKinpass(args, { env: {} });
  await run.ended;
  return run.output;
};

/** Versions before the rule for identifiers stored what they were given. */
const rowsOfEarlierVersions = async () => {
  await using stores = (await openOrCreateKept(parseConfig(settings))).stores;
  const id = `token${clearsTheTerminal}`;
  await stores.revocations.add({ kind: 'jti', id, reason: `lost${clearsTheTerminal}`, at: 1 }, auditRecord());
  await stores.signIns.record({
    grant: 'g1',
    app: 'tv',
    family: 'ref',
    instance: `i1${clearsTheTerminal}`,
    viewer: 'a1',
    provider: null,
    provenAt: 1,
    createdAt: 1,
    idleAt: 2 ** 42,
  });
};

test('rows that earlier versions stored do not clear the terminal', async () => {
  await rowsOfEarlierVersions();
  const revocations = await outputOf('revoke', 'list', '--config', file);
  expect(revocations).toMatch(/^1970-01-01T00:00:00\.001Z {2}jti {7}token�\[2J�1A {2}lost�\[2J�1A\n$/);
  const findings = await outputOf('accounts', 'audit', '--config', file);
  expect(findings).toContain('tv on instance i1�[2J�1A');
  expect(findings).not.toMatch(invisible);
});

test('nor do settings, in what is wrong with them, in effect and in comparison', async () => {
  const odd = join(folder, 'odd.yaml');
  const home = { redirect: `https://www.ref.example/${clearsTheTerminal}` };
  writeFileSync(odd, stringify({ ...settings, home, [`hom${clearsTheTerminal}`]: 1 }));
  for (const args of [
    ['validate', odd],
    ['show', odd],
    ['diff', file, '--config', odd],
  ]) {
    const output = await outputOf('config', ...args);
    expect([args[0], output]).toEqual([args[0], expect.stringContaining('�[2J�1A')]);
    expect(output).not.toMatch(invisible);
  }
});
