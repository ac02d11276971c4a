import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { elementOf, fields, pair, signed } from '../media-token/signed-token.ts';
import { runKinpass } from '../support/run-kinpass.ts';

const folder = mkdtempSync(join(tmpdir(), 'kinpass-media-token-'));
afterAll(() => rmSync(folder, { recursive: true }));

const writeKey = (name: string, { publicKey }: ReturnType<typeof pair>): string => {
  const file = join(folder, name);
  writeFileSync(file, publicKey.export({ type: 'spki', format: 'pem' }));
  return file;
};
const [adobe, short] = [pair(), pair(1024)];
const [key, shortKey] = [writeKey('adobe.pem', adobe), writeKey('short.pem', short)];

const ages = '315360000000'; // ten years, in milliseconds
const token = signed(elementOf({ ...fields, ttl: ages }), adobe.privateKey);

const kinpass = async (...args: string[]) => {
  await using run = runKinpass(['media-token', 'verify', '--service-provider', 'REF30', ...args]);
  return { code: await run.ended, output: run.output };
};

describe('kinpass media-token verify', () => {
  test('prints a valid token', async () => {
    const { code, output } = await kinpass('--key', key, '--resource', 'news', token);
    expect({ code, status: JSON.parse(output).status }).toEqual({ code: 0, status: 'VALID_TOKEN' });
  });

  test('ends with 3 for one that is not valid, with the reason', async () => {
    const { code, output } = await kinpass('--key', key, '--resource', 'sports', token);
    expect({ code, ...JSON.parse(output) }).toEqual({
      code: 3,
      status: 'INVALID_RESOURCE_ID',
      detail: 'it is for another resource',
    });
  });

  test('refuses a short key unless it is allowed', async () => {
    const old = signed(elementOf({ ...fields, ttl: ages }), short.privateKey);
    const args = ['--key', `${key},${shortKey}`, '--resource', 'news'];
    expect((await kinpass(...args, old)).output).toMatch(
      /short\.pem has 1024 bits; at least 2048 are required/,
    );
    expect((await kinpass(...args, '--min-bits', '1024', old)).code).toBe(0);
  });

  test.for([
    ['--resource', ['--key', key]],
    ['--key', ['--resource', 'news']],
    ['--min-bits', ['--key', key, '--resource', 'news', '--min-bits', 'x']],
  ] as const)('names %s where it is missing or wrong', async ([field, args]) => {
    const { code, output } = await kinpass(...args, token);
    expect(code).toBe(1);
    expect(output).toContain(field);
  });
});
