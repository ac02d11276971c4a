import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { openExistingStores } from '#src/cli/open-stores';
import { parseConfig } from '#src/config/load';
import type { Config } from '#src/config/schema';
import { createGateway } from '#src/gateway';
import { account } from '../support/builders.ts';
import { minimalSettings } from '../support/minimal-settings.ts';
import { runKinpass } from '../support/run-kinpass.ts';

const first = 'https://sso.ref.example';
const other = 'https://other.example';

/** The files of a gateway that has run: settings, keys, and a database with that many accounts. */
const machine = async (accounts: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-operator-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'kinpass.yaml');
  const settings = (issuer: string): Config => {
    const input = minimalSettings({
      log: { level: 'silent' },
      keys: { directory: join(folder, 'keys') },
      store: { kind: 'sqlite', file: join(folder, 'kinpass.db') },
      families: [{ id: 'ref', identityProviders: ['google'], serviceToken: { issuer } }],
    });
    writeFileSync(file, stringify(input));
    return parseConfig(input);
  };
  const start = async (config: Config): Promise<void> => (await createGateway(config)).close();

  await start(settings(first));
  const stores = await openExistingStores(settings(first));
  for (let index = 0; index < accounts; index += 1) {
    const identity = {
      family: 'ref',
      issuer: 'https://accounts.google.com',
      subject: `s${index}`,
      provider: 'google',
      email: null,
      linkKey: null,
      linkAuthority: null,
      createdAt: 1,
      provenAt: 1,
    };
    await stores.accounts.resolve({
      identity,
      fresh: account({ id: `a${index}` }),
      link: { authorities: [], provenSince: 0 },
    });
  }
  await stores.close();
  return {
    settings,
    start,
    keys: () => readdirSync(join(folder, 'keys')).filter((name) => name.startsWith('subject')),
    kinpass: async (args: string, line?: string): Promise<string> => {
      const input = line === undefined ? '' : `${line}\n`;
      await using run = runKinpass([...args.split(' '), '--config', file], { input });
      const code = await run.ended;
      return `${code}: ${run.output}`;
    },
  };
};

test('a change is rejected, planned, confirmed, and then accepted', async () => {
  const t = await machine(3);
  const changed = t.settings(other);
  await expect(t.start(changed)).rejects.toMatchObject({
    code: 'subjects_changed',
    field: 'families[0].serviceToken.issuer',
  });

  const plan = await t.kinpass('subjects plan');
  expect(plan).toContain('accounts 3, of which would get another subject: 3');
  expect(plan).toContain(`families[0].serviceToken.issuer was "${first}" and is now "${other}"`);
  await expect(t.start(changed)).rejects.toMatchObject({ code: 'subjects_changed' });

  expect(await t.kinpass('subjects confirm', 'fer')).toMatch(/^1: .*Nothing was done/s);
  await expect(t.start(changed)).rejects.toMatchObject({ code: 'subjects_changed' });

  expect(await t.kinpass('subjects confirm', 'ref')).toMatch(/^0: .*Confirmed by \S+@\S+/s);
  await t.start(changed);
  expect(await t.kinpass('subjects plan')).toContain('No subject would change.');
  const now = t.settings(first);
  await expect(t.start(now)).rejects.toMatchObject({ code: 'subjects_changed' });

  expect(await t.kinpass('subjects confirm --yes')).toMatch(/^0: /);
  await t.start(now);
  const history = (await t.kinpass('subjects history')).split('\n').filter((line) => line.includes('ref: '));
  expect(history).toEqual([
    expect.stringMatching(new RegExp(`\\d{4}-.*Z  gateway@\\S+  ref: ${first}, account$`)),
    expect.stringMatching(new RegExp(`Z  \\S+@\\S+  ref: ${other}, account$`)),
    expect.stringMatching(new RegExp(`Z  \\S+@\\S+  ref: ${first}, account$`)),
  ]);
});

test('a new secret is for accounts to come, and nobody confirms anything', async () => {
  const t = await machine(1);
  expect(await t.kinpass('subjects new-secret')).toMatch(/^0: .*subject-2\.secret created by \S+@\S+/s);
  expect(t.keys()).toEqual(['subject-2.secret', 'subject.secret']);
  expect(await t.kinpass('subjects plan')).toContain('of which would get another subject: 0');
  await t.start(t.settings(first));
  expect(await t.kinpass('subjects history')).toMatch(/Z {2}\S+@\S+ {2}secret version 2 made: \S{12}/);
});

test('a lost secret can be replaced, after an explicit confirmation', async () => {
  const t = await machine(2);
  const config = t.settings(first);
  rmSync(join(config.keys.directory, 'subject.secret'));
  await expect(t.start(config)).rejects.toMatchObject({ code: 'keys_invalid' });
  expect(await t.kinpass('subjects plan')).toContain('subject.secret is missing; accounts that need it: 2');
  expect(await t.kinpass('subjects confirm --yes')).toMatch(/^1: .*Restore it from a backup/s);
  expect(t.keys()).toEqual([]);

  expect(await t.kinpass('subjects new-secret --version 1')).toMatch(/^0: /);
  await expect(t.start(config)).rejects.toMatchObject({ code: 'subjects_changed' });
  expect(await t.kinpass('subjects confirm --yes')).toMatch(/^0: /);
  await t.start(config);
});

test('a version that exists, or is not the next, is rejected, and nothing is created', async () => {
  const t = await machine(0);
  for (const [version, reason] of [
    ['1', 'already exists and was not changed'],
    ['7', '"7" is not a valid version: the next one is 2'],
    ['one', '"one" is not a valid version: the next one is 2'],
  ] as const) {
    const said = await t.kinpass(`subjects new-secret --version ${version}`);
    expect(said).toMatch(/^1: /);
    expect(said).toContain(reason);
  }
  expect(t.keys()).toEqual(['subject.secret']);
});

test('a read-only command creates neither keys nor database', async () => {
  const t = await machine(0);
  const { store, keys } = t.settings(first);
  if (store.kind !== 'sqlite') throw new Error('no file');
  rmSync(join(keys.directory, 'sealing.secret'));
  expect(await t.kinpass('subjects plan')).toMatch(/^1: .*sealing\.secret is missing/s);
  rmSync(store.file);
  expect(await t.kinpass('subjects plan')).toMatch(/^1: .*does not exist; the first start creates it/s);
  expect(readdirSync(keys.directory)).not.toContain('sealing.secret');
});
