import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { command } from '#src/cli/commands/store/copy';
import { loadTwoStores } from '#src/cli/store/two-stores';
import { parseConfig } from '#src/config/load';
import { createGateway } from '#src/gateway';
import { minimalSettings } from '../support/minimal-settings.ts';
import { postgresUrl, temporarySchema } from '../support/postgres.ts';
import { runKinpass } from '../support/run-kinpass.ts';

/** Settings of two stores, in files. */
const startFiles = (url = postgresUrl, schema = 'elsewhere') => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-store-copy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const settings = { log: { level: 'silent' }, keys: { directory: join(folder, 'keys') } } as const;
  const write = (name: string, store: Parameters<typeof minimalSettings>[0]) => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, stringify(minimalSettings({ ...settings, ...store })));
    return file;
  };
  mkdirSync(join(folder, 'data'));
  const database = join(folder, 'data', 'kinpass.db');
  return {
    settings,
    database,
    sqlite: write('sqlite', { store: { kind: 'sqlite', file: database } }),
    postgres: write('postgres', { store: { kind: 'postgres', url, schema, tls: { mode: 'disable' } } }),
    memory: write('memory', { store: { kind: 'memory' } }),
  };
};

const run = (...args: string[]) => command.parse(args)?.();

const misuse = (field: string | undefined, hint: RegExp) => ({
  code: 'arguments_invalid',
  field,
  hint: expect.stringMatching(hint),
});

test('the direction and both stores are required, and the direction must be valid', async () => {
  const { sqlite, postgres, memory } = startFiles('postgres://kinpass@db.example/kinpass');
  const way = ['--from', 'sqlite', '--to', 'postgres'];
  await expect(run('--to', 'postgres')).rejects.toMatchObject(misuse('--from', /must be sqlite or postgres/));
  await expect(run('--from', 'sqlite', '--to', 'sqlite')).rejects.toMatchObject(misuse('--to', /backup/));
  await expect(run(...way)).rejects.toMatchObject(misuse('--other', /settings with the other store/));
  await expect(run(...way, '--config', sqlite, '--other', sqlite)).rejects.toMatchObject(
    misuse('--to', /neither --config nor --other has a store of kind postgres/),
  );
  await expect(run(...way, '--config', memory, '--other', postgres)).rejects.toMatchObject(
    misuse(undefined, /memory\.yaml has a store of kind memory/),
  );
  await expect(run(...way, '--finish', '--cancel')).rejects.toMatchObject(
    misuse(undefined, /one of --dry-run, --finish and --cancel/),
  );
});

test('files are matched by the kind of their store, and variables of a store apply to the file with that kind', async () => {
  const { sqlite, postgres } = startFiles('postgres://kinpass@db.example/kinpass');
  vi.stubEnv('KINPASS_STORE_SCHEMA', 'theirs');
  vi.stubEnv('KINPASS_STORE_FILE', '/elsewhere/kinpass.db');
  onTestFinished(() => {
    for (const name of ['KINPASS_STORE_SCHEMA', 'KINPASS_STORE_FILE']) vi.stubEnv(name, undefined);
  });
  for (const [config, other] of [
    [sqlite, postgres],
    [postgres, sqlite],
  ] as const) {
    const { from, to } = await loadTwoStores({ from: 'postgres', to: 'sqlite', config, other });
    expect(from.store).toMatchObject({ kind: 'postgres', schema: 'theirs' });
    expect(to.store).toEqual({ kind: 'sqlite', file: '/elsewhere/kinpass.db' });
  }
});

describe.skipIf(!postgresUrl)('with a server', () => {
  test('a dry run counts rows and creates nothing; before a cut-over there is nothing to cancel', async () => {
    const { schema } = temporarySchema();
    const { sqlite, postgres, database, settings } = startFiles(postgresUrl, schema);
    const store = { kind: 'sqlite' as const, file: database };
    const start = () => createGateway(parseConfig(minimalSettings({ ...settings, store })));
    await (await start()).close();
    const copy = async (...more: string[]) => {
      const way = ['--from', 'sqlite', '--to', 'postgres', '--config', sqlite, '--other', postgres];
      await using kinpass = runKinpass(['store', 'copy', ...way, ...more]);
      return `${await kinpass.ended}: ${kinpass.output}`;
    };
    for (let turn = 0; turn < 2; turn += 1)
      expect(await copy('--dry-run')).toMatch(
        /^0: From \S+ to an empty database: the copy is possible\. Current rows:\n {2}table +source +target\n[\s\S]* {2}audit +2 +0\n$/,
      );
    expect(await copy('--cancel')).toMatch(/^1: [\s\S]*gateways can use \S+kinpass\.db/);
    expect(existsSync(database)).toBe(true);
  });
});
