import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { openExistingKept } from '#src/cli/open-stores';
import { parseConfig } from '#src/config/load';
import { createFindSubject } from '#src/families/find-subject';
import { examineSubjects } from '#src/families/subjects';
import { createGateway } from '#src/gateway';
import { minimalSettings } from '../support/minimal-settings.ts';
import { postgresUrl, temporarySchema } from '../support/postgres.ts';
import { runKinpass } from '../support/run-kinpass.ts';

const google = 'https://accounts.google.com';

const accountLine = (index: number) => ({
  type: 'account',
  family: 'ref',
  identities: [{ issuer: google, subject: `v${index}` }],
  subject: `legacy-${index}`,
});
const credentialsLine = (index: number) => ({
  type: 'credentials',
  app: 'tv',
  device: `fingerprint ${Buffer.from(`tv ${index}`).toString('base64')}`,
  clientId: `client-${index}`,
  clientSecret: `secret-of-client-${index}`,
  ...(index % 2 === 0 && { viewer: { issuer: google, subject: `v${index}` } }),
});

const textOf = (lines: readonly unknown[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** A gateway that is running, and the command beside it. */
const machine = async (store: 'sqlite' | 'postgres' = 'sqlite') => {
  const folder = mkdtempSync(join(tmpdir(), 'kinpass-import-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const postgres = () => {
    const { url, schema, tls } = temporarySchema();
    return { kind: 'postgres' as const, url, schema, tls: { mode: tls.mode } };
  };
  const input = minimalSettings({
    log: { level: 'silent' },
    keys: { directory: join(folder, 'keys') },
    store: store === 'sqlite' ? { kind: 'sqlite', file: join(folder, 'kinpass.db') } : postgres(),
  });
  const config = join(folder, 'kinpass.yaml');
  writeFileSync(config, stringify(input));
  const gateway = await createGateway(parseConfig(input));
  onTestFinished(() => gateway.close());
  const file = (text: string): string => {
    const path = join(folder, 'lines.jsonl');
    writeFileSync(path, text);
    return path;
  };
  const start = (args: readonly string[], options: Parameters<typeof runKinpass>[1] = {}) =>
    runKinpass(['import', '--config', config, ...args], options);
  return {
    file,
    start,
    settings: parseConfig(input),
    run: async (...args: string[]) => {
      await using run = start(args);
      return { code: await run.ended, output: run.output };
    },
  };
};

/** The subject of each identity, read as a gateway reads it. */
const subjectsIn = async (settings: ReturnType<typeof parseConfig>) => {
  const { storage, stores: opened } = await openExistingKept(settings);
  await using stores = opened;
  const { secrets, verdict } = await examineSubjects({ families: settings.families, storage, stores });
  const { accounts } = stores;
  const find = createFindSubject({ accounts, secrets, strategies: verdict.strategies });
  const entries = await accounts.list({ limit: 100_000 });
  const subjects = await Promise.all(
    entries.map(async ({ account, identities }) => [
      identities.map(({ subject }) => subject).join(),
      await find({ id: account.family }, account),
    ]),
  );
  return { subjects: Object.fromEntries(subjects), accounts: entries.length };
};

const actionsIn = async (settings: ReturnType<typeof parseConfig>) => {
  await using stores = (await openExistingKept(settings)).stores;
  const entries = await stores.audit.list({ after: 0, limit: 100 });
  return entries.filter(({ action }) => action === 'accounts.import');
};

const count = 1_500;

describe.for(['sqlite', 'postgres'] as const)('into %s', (store) => {
  test.skipIf(store === 'postgres' && !postgresUrl)(
    'an import that is killed twice is completed by the same command, and nothing is there twice',
    async () => {
      const t = await machine(store);
      const lines = Array.from({ length: count }, (_, index) => [
        accountLine(index),
        credentialsLine(index),
      ]).flat();
      const path = t.file(textOf(lines));

      for (const [given, seen] of [
        [1_300, '1,000 lines'],
        [2_500, '2,000 lines'],
      ] as const) {
        await using run = t.start(['-'], { input: { open: textOf(lines.slice(0, given)) }, timeout: 60_000 });
        await run.until(new RegExp(`^${seen}$`, 'm'));
        run.signal('SIGKILL');
        expect(await run.ended).toBeNull();
      }
      const interrupted = await subjectsIn(t.settings);
      expect(interrupted.accounts).toBeGreaterThanOrEqual(1_000);
      expect(interrupted.accounts).toBeLessThan(count);

      const { code, output } = await t.run(path, '--reason', 'ticket 7');
      expect([code, output]).toEqual([0, expect.stringContaining('3,000 lines: ')]);
      const { subjects, accounts } = await subjectsIn(t.settings);
      expect(accounts).toBe(count);
      expect(subjects).toEqual(
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`v${index}`, `legacy-${index}`])),
      );
      expect((await t.run(path)).output).toContain(
        '3,000 lines: 3,000 say what is there already, 0 refused.',
      );

      const entries = await actionsIn(t.settings);
      expect(entries.map(({ outcome }) => outcome)).toEqual([
        'started',
        'started',
        'started',
        'done',
        'started',
        'done',
      ]);
      expect(entries[3]).toMatchObject({
        target: { kind: 'file', id: 'lines.jsonl' },
        reason: 'ticket 7',
        details: { lines: 3_000, refused: 0, sha256: expect.stringMatching(/^[\w-]{43}$/) },
      });
    },
    120_000,
  );
});

test('refused lines are named with their number and field, and the others are imported', async () => {
  const t = await machine();
  const long = `{"type":"${'x'.repeat(70_000)}"}`;
  const text = [
    `\ufeff${JSON.stringify(accountLine(1))}\r`,
    '',
    '{"type":"account"',
    JSON.stringify({ ...accountLine(1), subject: 'other' }),
    JSON.stringify({ ...credentialsLine(3), clientSecret: 'short-secret' }),
    long,
    JSON.stringify(credentialsLine(1)),
  ].join('\n');
  const path = t.file(text);
  const { code, output } = await t.run(path);
  expect(code).toBe(1);
  expect(output.split('\n').filter((line) => line.startsWith('line '))).toEqual([
    'line 3: is not valid JSON (line_invalid)',
    'line 4: identities.0: An earlier line says otherwise. It is line 1. (contradicts)',
    'line 5: clientSecret: must have at least 16 characters (line_invalid)',
    'line 6: must be UTF-8 of at most 65,536 bytes (line_invalid)',
  ]);
  expect(output).toContain('6 lines: 0 say what is there already, 4 refused.');
  expect(output).toContain('Accounts added: 1, with 1 imported subjects. Identities: 1. Credentials: 1.');
  expect(output).not.toContain('short-secret');
  expect((await subjectsIn(t.settings)).subjects).toEqual({ v1: 'legacy-1' });
});

test('a dry run decides about every line, writes nothing and records nothing', async () => {
  const t = await machine();
  const path = t.file(
    textOf([accountLine(1), accountLine(2), credentialsLine(2), { ...accountLine(1), subject: 'x' }]),
  );
  const { code, output } = await t.run(path, '--dry-run');
  expect(code).toBe(1);
  expect(output).toContain('line 4: identities.0: ');
  expect(output).toContain(
    'Accounts would be added: 2, with 2 imported subjects. Identities: 2. Credentials: 1.',
  );
  expect((await subjectsIn(t.settings)).accounts).toBe(0);
  expect(await actionsIn(t.settings)).toEqual([]);
});

test('secrets and subjects do not stand in the database as they came', async () => {
  const t = await machine();
  await t.run(t.file(textOf([accountLine(4), credentialsLine(4)])));
  const { store } = t.settings;
  if (store.kind !== 'sqlite') throw new Error('not a file');
  const { execFileSync } = await import('node:child_process');
  const bytes = ['', '-wal']
    .map((end) => execFileSync('cat', [`${store.file}${end}`]).toString('latin1'))
    .join('');
  expect(bytes).toContain('client-4');
  expect(bytes).not.toContain('secret-of-client-4');
  expect(bytes).not.toContain('legacy-4');
});

test.each([
  ['a file that is not there', ['nowhere.jsonl'], /nowhere\.jsonl cannot be read/],
  ['no file', [], /<file> is missing/],
])('%s is told', async (_what, args, told) => {
  const t = await machine();
  const { code, output } = await t.run(...args);
  expect(code).not.toBe(0);
  expect(output).toMatch(told);
});
