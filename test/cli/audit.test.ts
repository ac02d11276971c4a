import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readArguments } from '#src/cli/arguments';
import type { ConfigInput } from '#src/config/schema';
import { minimalSettings } from '../support/minimal-settings.ts';
import { runKinpass } from '../support/run-kinpass.ts';

const folder = mkdtempSync(join(tmpdir(), 'kinpass-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

const settings = (name: string, store: ConfigInput['store']): string[] => {
  const file = join(folder, name);
  const keys = { directory: join(folder, 'keys') };
  writeFileSync(file, JSON.stringify(minimalSettings({ keys, store })));
  return ['--config', file];
};
const byConfig = settings('kinpass.yaml', { kind: 'sqlite', file: join(folder, 'data', 'kinpass.db') });

const kinpass = async (...args: string[]) => {
  await using run = runKinpass(args, {
    env: { SUDO_USER: 'olga', SSH_CONNECTION: '203.0.113.9 1 192.0.2.1 22' },
  });
  return { code: await run.ended, output: run.output };
};
const exported = join(folder, 'audit.jsonl');

let kid = '';
beforeAll(async () => {
  // The database does not exist yet: the first action creates it.
  const { output } = await kinpass('keys', 'generate', ...byConfig, '--reason', 'ticket 4711');
  kid = /^(\S+) generated/m.exec(output)?.[1] ?? '';
  await kinpass('keys', 'activate', ...byConfig, '--', kid);
  await kinpass(
    'keys',
    'export',
    ...byConfig,
    '--out',
    join(folder, 'out'),
    '--note',
    'for Adobe',
    '--',
    kid,
  );
  await kinpass('revoke', 'jti', 'token-1', ...byConfig, '--reason', 'leaked');
  writeFileSync(exported, (await kinpass('audit', 'export', ...byConfig)).output);
});

test('every action is listed: what, whose, by whom, from where and why', async () => {
  const { code, output } = await kinpass('audit', 'list', ...byConfig);
  expect(code).toBe(0);
  const [head = '', ...rows] = output.trimEnd().split('\n');
  expect(head).toMatch(/^SEQ +TIME +ACTION +OUTCOME +TARGET +BY +REASON$/);
  expect(rows.map((line) => line.split(/ {2,}/).toSpliced(1, 1))).toEqual(
    [
      ['2', 'key.generate', 'done', `key ${kid}`, 'olga@', 'ticket 4711'],
      ['4', 'key.activate', 'failed', `key ${kid}`, 'olga@'],
      ['6', 'key.export', 'done', `key ${kid}`, 'olga@', 'for Adobe'],
      ['7', 'service-token.revoke', 'done', 'jti token-1', 'olga@', 'leaked'],
    ].map((cells) =>
      cells.map((cell) =>
        cell === 'olga@' ? expect.stringMatching(/^olga@\S+ from 203\.0\.113\.9$/) : cell,
      ),
    ),
  );
});

test.each([
  [['--action', 'key.activate'], ['4']],
  [
    ['--action', 'key', '--limit', '2'],
    ['4', '6'],
  ],
  [['--since', '2199-01-01T00:00Z'], ['No entry matches.']],
  [['--account', 'token-1'], ['No entry matches.']],
])('list %j', async (options, expected) => {
  const { output } = await kinpass('audit', 'list', ...byConfig, ...options);
  const lines = output
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith('SEQ'));
  expect(lines.map((line) => (/^\d/.test(line) ? line.split(' ')[0] : line))).toEqual(expected);
});

test('the export has one entry a line, and goes on after one', async () => {
  const lines = (await readFile(exported, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(JSON.parse(lines[3] ?? '')).toMatchObject({ details: { error: 'key_step_refused', started: 3 } });
  const rest = (await kinpass('audit', 'export', ...byConfig, '--after', '5')).output;
  expect(rest).toBe(`${lines.slice(5).join('\n')}\n`);
});

test('the chain is verified, in the database and in the file, with its end noted elsewhere', async () => {
  const inDatabase = await kinpass('audit', 'verify', ...byConfig);
  expect(inDatabase).toMatchObject({ code: 0, output: expect.stringContaining('intact: 7 entries, 1 to 7') });
  const [, noted = ''] = /--expect (\S+)/.exec(inDatabase.output) ?? [];
  expect((await kinpass('audit', 'verify', exported, '--expect', noted)).code).toBe(0);

  const shortened = join(folder, 'shortened.jsonl');
  writeFileSync(shortened, (await readFile(exported, 'utf8')).split('\n').slice(2, 5).join('\n'));
  const partial = await kinpass('audit', 'verify', shortened);
  expect(partial).toMatchObject({
    code: 0,
    output: expect.stringContaining('Entries before 3 are not'),
  });
  const cut = await kinpass('audit', 'verify', shortened, '--expect', noted);
  expect(cut).toEqual({
    code: 1,
    output: 'kinpass: The audit log was altered.\n  entry 7 is missing: the log ends with entry 5.\n',
  });
});

/** In this process, for what is refused. */
const refused = async (...args: string[]) => {
  const asked = await readArguments(args);
  if (!('run' in asked)) throw new Error(asked.answer);
  return asked.run().catch((error: unknown) => error);
};

test.each([
  [(text: string) => text.replace('leaked', 'whatever'), 'the hash of entry 7 does not match'],
  [(text: string) => text.replace(/.*"seq":4,.*\n/, ''), 'entry 4 is missing'],
  [(text: string) => text.replace(/.*"seq":4,.*\n/, 'nonsense\n'), 'Line 4 of'],
])('a file that was altered is refused, and the first entry at fault is named (%#)', async (alter, fault) => {
  const file = join(folder, 'altered.jsonl');
  writeFileSync(file, alter(await readFile(exported, 'utf8')));
  expect(await refused('audit', 'verify', file)).toMatchObject({
    code: 'audit_broken',
    hint: expect.stringContaining(fault),
  });
});

test('without a database the entry is printed, and that it is kept nowhere', async () => {
  const inMemory = settings('memory.yaml', { kind: 'memory' });
  const { code, output } = await kinpass('keys', 'generate', ...inMemory);
  expect(code).toBe(0);
  expect(output).toContain('store.kind is memory, so there is no audit log');
  expect(output).toMatch(/^\{.*"action":"key\.generate".*"outcome":"done".*\}$/m);
});

test.each(['two\nlines', 'in\u200bvisible', 'x'.repeat(501)])('a reason of %j is refused', async (reason) => {
  for (const command of [
    ['revoke', 'jti', 'token-2'],
    ['keys', 'generate'],
    ['token', 'mint'],
    ['subjects', 'confirm'],
  ])
    expect(await refused(...command, ...byConfig, '--reason', reason)).toMatchObject({ field: '--reason' });
});
