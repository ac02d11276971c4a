import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { readMetadataKeys } from '#src/user-metadata/read-metadata-keys';
import { temporaryFolder } from '../soft-state/redis/redis-server.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const file = (name: string, text: string | Buffer, mode = 0o600): string => {
  const path = `${folder.path}/${name}`;
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
};

const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });

describe('a key is read', () => {
  test.each([
    ['as PKCS#8', pem],
    ['as PKCS#1', privateKey.export({ type: 'pkcs1', format: 'pem' })],
  ])('%s', async (_form, text) => {
    const [key] = await readMetadataKeys([file('key.pem', text)]);
    expect(key?.equals(privateKey)).toBe(true);
  });

  test('encrypted, with the passphrase', async () => {
    const text = privateKey.export({
      ...{ type: 'pkcs8', format: 'pem' },
      ...{ cipher: 'aes-256-cbc', passphrase: 'open sesame' },
    });
    const path = file('sealed.pem', text);
    expect((await readMetadataKeys([path], 'open sesame'))[0]?.equals(privateKey)).toBe(true);
    await expect(readMetadataKeys([path])).rejects.toMatchObject({ code: 'keys_invalid' });
  });
});

describe('a file is refused, by name,', () => {
  test.each([
    ['that other users may read', () => file('open.pem', pem, 0o644), 'chmod 600'],
    ['that is not there', () => `${folder.path}/none.pem`, 'does not exist'],
    [
      'with a public key',
      () => file('public.pem', publicKey.export({ type: 'spki', format: 'pem' })),
      'private RSA key',
    ],
    ['with two keys', () => file('two.pem', `${pem}${pem}`), 'one private RSA key'],
    [
      'with a short key',
      () => {
        const { privateKey: short } = generateKeyPairSync('rsa', { modulusLength: 1024 });
        return file('short.pem', short.export({ type: 'pkcs8', format: 'pem' }));
      },
      '2048',
    ],
  ])('%s', async (_what, path, hint) => {
    const name = path();
    await expect(readMetadataKeys([name])).rejects.toMatchObject({
      code: 'keys_invalid',
      field: name,
      hint: expect.stringContaining(hint),
    });
  });
});
