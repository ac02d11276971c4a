import { constants, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { temporaryFolder } from '../soft-state/redis/redis-server.ts';
import { minimalSettings } from '../support/minimal-settings.ts';
import { runKinpass } from '../support/run-kinpass.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = `${folder.path}/user-metadata.pem`;
writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });

const config = `${folder.path}/kinpass.yaml`;
writeFileSync(config, stringify({ ...minimalSettings(), userMetadata: { keys: [key] } }));

const zip = publicEncrypt(
  { key: publicKey, padding: constants.RSA_PKCS1_PADDING },
  Buffer.from('["10001"]'),
).toString('base64');

const decrypt = async (...args: string[]) => {
  await using run = runKinpass(['metadata', 'decrypt', '--config', config, ...args]);
  return { code: await run.ended, output: run.output };
};

describe('kinpass metadata decrypt', () => {
  test('prints the value of an attribute', async () => {
    expect(await decrypt(zip)).toEqual({ code: 0, output: '["10001"]\n' });
  });

  test('says that no key fits, and nothing of the value', async () => {
    const foreign = Buffer.alloc(256, 7).toString('base64');
    const { code, output } = await decrypt(foreign);
    expect([code, output.includes(foreign)]).toEqual([1, false]);
    expect(output).toContain('No key of userMetadata.keys decrypts the value');
  });

  test('refuses a padding that does not exist', async () => {
    const { code, output } = await decrypt('--padding', 'none', zip);
    expect([code, output]).toEqual([1, expect.stringContaining('--padding')]);
  });
});
