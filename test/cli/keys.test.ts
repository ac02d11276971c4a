import { X509Certificate } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readArguments } from '#src/cli/arguments';
import { rsaPem } from '../signing-keys/keys.ts';
import { runKinpass } from '../support/run-kinpass.ts';

const root = mkdtempSync(join(tmpdir(), 'kinpass-cli-keys-'));
afterAll(() => rm(root, { recursive: true }));

/** Runs `kinpass keys …` on a folder, answering no to prompts. Returns exit code and output. */
const keysIn =
  (directory: string, env: Record<string, string> = {}) =>
  async (...args: string[]) => {
    const [verb = '', ...rest] = args;
    await using run = runKinpass(['keys', verb, '--keys-directory', directory, ...rest], {
      env,
      input: 'no\n',
    });
    const code = await run.ended;
    expect(run.output).not.toMatch(/\n\s+at /);
    return { code, output: run.output };
  };

const linesOf = async (directory: string) =>
  (await readFile(join(directory, 'ledger.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);

describe('the lifecycle of a key', () => {
  const directory = join(root, 'life');
  const keys = keysIn(directory);
  let kid = '';

  test('is generated in a file of its own, and the next step is printed', async () => {
    const { code, output } = await keys('generate');
    expect(code).toBe(0);
    kid = /^(\S+) generated/.exec(output)?.[1] ?? '';
    expect(output).toContain(`kinpass keys export --keys-directory ${directory} ${kid}`);
    expect(await readdir(directory)).toEqual([
      'ledger.jsonl',
      'ledger.lock',
      expect.stringMatching(/^service-token-[\da-f]{16}\.pem$/),
    ]);
    expect(await linesOf(directory)).toMatchObject([
      { event: 'generated', kid, by: expect.stringMatching(/^\S+@\S+$/) },
    ]);
  });

  test('is listed with its next step', async () => {
    const { code, output } = await keys('list');
    expect(code).toBe(0);
    expect(output).toMatch(/^KEY +STATE +SINCE +FINGERPRINT \(SHA-256\) +NEXT +BY\n/);
    expect(output).toMatch(
      new RegExp(`^${kid} +draft +\\S+Z +[\\da-f]{16}… +export it and send it to Adobe$`, 'm'),
    );
    expect(output).toMatch(/^problem .*ledger\.jsonl has no active key/m);
  });

  test('cannot be activated before Adobe acknowledges it: one line, exit code 1', async () => {
    const refused = {
      code: 1,
      output: expect.stringMatching(/^kinpass: \S+: Adobe has not acknowledged it.*\n$/),
    };
    expect(await keys('activate', '--', kid)).toEqual(refused);
  });

  test('is exported with fingerprints and the email to send', async () => {
    const { code, output } = await keys('export', '--out', join(root, 'out'), '--', kid);
    expect(code).toBe(0);
    const names = await readdir(join(root, 'out'));
    expect(names.map((name) => name.replace(/[\da-f]{16}/, '…')).sort()).toEqual([
      'service-token-….certificate.pem',
      'service-token-….public.jwk.json',
      'service-token-….public.pem',
    ]);
    const certificate = names.find((name) => name.includes('certificate')) ?? '';
    const { fingerprint256 } = new X509Certificate(await readFile(join(root, 'out', certificate)));
    expect(output).toContain(`certificate      SHA-256 ${fingerprint256}`);
    expect(output).toMatch(/public key {7}SHA-256 ([\dA-F]{2}:){31}[\dA-F]{2}/);
    expect(output).toContain('please add the public key below');
    expect(output).not.toContain('PRIVATE');
  });

  test('is acknowledged and activated, also by a prefix of its fingerprint', async () => {
    expect((await keys('acknowledge', '--note', 'ticket 12', '--', kid)).code).toBe(0);
    const { fingerprint = '' } = (await linesOf(directory))[0] ?? {};
    const rivals = await Promise.all([1, 2, 3].map(() => keys('activate', fingerprint.slice(0, 12))));
    expect(rivals.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(rivals.filter(({ output }) => output.includes('is already active'))).toHaveLength(2);
    const events = (await linesOf(directory)).map(({ event }) => event);
    expect(events).toEqual(['generated', 'exported', 'acknowledged', 'activated']);
  });

  test('is verified', async () => {
    const { code, output } = await keys('verify');
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringMatching(/active {2}signs\nLedger: 4 lines/),
    });
  });

  test('is destroyed only after confirmation', async () => {
    const asked = await keys('destroy', '--', kid);
    expect(asked).toEqual({
      code: 1,
      output: expect.stringMatching(/service tokens stop at once[\s\S]*Nothing was done/),
    });
    const done = await keys('destroy', '--yes', '--note', 'leaked', '--', kid);
    expect(done).toEqual({
      code: 0,
      output: expect.stringMatching(/is destroyed[\s\S]*There is no active signing key/),
    });
    expect(await readdir(directory)).toEqual(['ledger.jsonl', 'ledger.lock']);
    expect((await linesOf(directory)).at(-1)).toMatchObject({ event: 'destroyed', note: 'leaked' });
    expect((await keys('verify')).code).toBe(1);
  });
});

test('a rotation is planned, listed and cancelled', async () => {
  const directory = join(root, 'planned');
  const keys = keysIn(directory, { KINPASS_KEYS_PASSPHRASE: 'open sesame' });
  const file = join(root, 'made-elsewhere.pem');
  await writeFile(file, rsaPem(), { mode: 0o600 });
  expect((await keys('import', file)).output).toContain('imported as a draft');
  const { kid = '', fingerprint = '' } = (await linesOf(directory))[0] ?? {};
  const stored = join(directory, `service-token-${fingerprint.slice(0, 16)}.pem`);
  expect(await readFile(stored, 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY');

  expect(await keys('import', file)).toMatchObject({ code: 1, output: expect.stringContaining('already') });
  expect(await keys('activate', '--at', 'tomorrow', '--', kid)).toMatchObject({
    code: 1,
    output: expect.stringMatching(/--at[\s\S]*such as 2031-01-31T08:00Z/),
  });
  const planned = await keys('activate', '--force', '--at', '2199-01-31T08:00+01:00', '--', kid);
  expect(planned).toMatchObject({
    code: 0,
    output: expect.stringContaining('activated at 2199-01-31T07:00:00Z'),
  });
  expect((await keys('list')).output).toMatch(/none: will be activated automatically +2199-01-31T07:00Z/);
  expect((await linesOf(directory)).at(-1)).toMatchObject({
    forced: true,
    planned: '2199-01-31T07:00:00.000Z',
  });
  expect((await keys('activate', '--cancel', '--', kid)).output).toContain('the planned change is canceled');
  expect((await keys('activate', '--cancel', '--', kid)).code).toBe(1);
});

describe('not possible', () => {
  const nowhere = join(root, 'nowhere');
  const there = ['--keys-directory', nowhere];
  test.each([
    [['keys'], /Usage:[\s\S]*kinpass keys list[\s\S]*kinpass keys verify/],
    [['keys', 'fly'], /no command "keys fly"/],
    [['keys', 'export'], /<key> is missing/],
    [['keys', 'list', 'all'], /Unexpected argument 'all'/],
  ])('%j is misuse', async (args, told) => {
    expect(await readArguments(args)).toMatchObject({ exitCode: 2, answer: expect.stringMatching(told) });
  });

  test.each([
    [['list'], /^Give the keys with --config kinpass\.yaml or --keys-directory keys/],
    [['generate', ...there, '--bits', '1024'], /"1024" is not 2048, 3072 or 4096/],
    [['export', ...there, 'abc'], /"abc" does not match any key/],
    [['import', ...there, 'nowhere.pem'], /nowhere\.pem cannot be read/],
    [['import', ...there], /a file, or --kms/],
    [['import', ...there, '--kms', 'an-id'], /keys\.kms is not set/],
  ])('%j is rejected, and nothing is created', async (args, told) => {
    const asked = await readArguments(['keys', ...args]);
    if (!('run' in asked)) throw new Error(asked.answer);
    await expect(asked.run()).rejects.toMatchObject({ hint: expect.stringMatching(told) });
    await expect(readdir(nowhere)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
